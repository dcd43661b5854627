import type { Markup } from './html.ts';

/** A part of the report. Where there is nothing to show it says in `missing` why, and what to do. */
export type Section = {
  readonly id: string;
  readonly title: string;
  readonly body: Markup | null;
  readonly missing: string | null;
};
