import type { DatabaseSync } from 'node:sqlite';
import type { DailyColumn } from '../mirror/chosen-source.ts';
import type { DateRange } from '../mirror/days-read.ts';
import type { Extent } from '../mirror/reading/extent.ts';
import type { MissingDays } from '../mirror/reading/missing-days.ts';
import type { View } from './views.ts';

/** What a server is started with. */
export type Scene = {
  /** The local file. */
  readonly path: string;
  readonly view: View;
  /** Whether the file holds made-up numbers. */
  readonly isDemo: boolean;
  readonly now: () => number;
  /** Of this machine, for a file that knows none: see `readTimeZone`. */
  readonly timeZone: string;
};

/** The file as a tool reads it for one answer. */
export type Known = {
  readonly database: DatabaseSync;
  readonly view: View;
  readonly extent: Extent;
  /** Today, and the date of the last sync, by the person's wall clock. */
  readonly today: string;
  readonly lastSyncDate: string | null;
};

/** How much of what was asked for is known. */
export type Coverage = {
  readonly of: string;
  readonly from: string;
  readonly to: string;
  readonly days_asked: number;
  readonly days_with_data: number;
  /** The first of them. */
  readonly missing_dates: readonly string[];
  readonly missing_dates_left_out: number;
  /** Of each source. */
  readonly why_missing: readonly MissingDays[];
};

/** Why there is no answer, for programs. */
export type Reason =
  | 'nothing_known'
  | 'before_the_data'
  | 'after_the_data'
  | 'after_the_last_sync'
  | 'too_few_values'
  | 'hrv_methods_mixed'
  | 'device_scores_mixed'
  | 'lab_units_differ'
  | 'lab_bounds_only'
  | 'no_samples';

/** Stands in the place of a guess. */
export type Insufficient = {
  readonly reason: Reason;
  readonly message: string;
  /** What brings an answer; null where nothing does. */
  readonly remedy: string | null;
};

export type Row = Readonly<Record<string, unknown>>;

/** What a tool found. `answer.ts` says the rest. */
export type Found = {
  readonly ranges: readonly DateRange[];
  /** Columns of a day that the answer is about: their units, and when they changed their source. */
  readonly columns: readonly DailyColumn[];
  readonly units?: Readonly<Record<string, string | null>>;
  readonly coverage: readonly Coverage[];
  readonly insufficient: Insufficient | null;
  readonly result: Readonly<Record<string, unknown>> | null;
  /** All of them; a page is given. Absent where the view or the client wants none. */
  readonly rows?: readonly Row[];
  /** Whether there are more than could be read. */
  readonly hasMoreRows?: boolean;
  /** How the rows after a page are had, where it is not by its offset. */
  readonly wayToRest?: string;
  readonly notes: readonly string[];
};
