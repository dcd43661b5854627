import { renderMinutes } from './figures.ts';

/** Minutes are drawn as hours, so that the lines of an axis are whole ones. */
export function hours(minutes: readonly (number | null)[]): readonly (number | null)[] {
  return minutes.map((value) => (value === null ? null : value / 60));
}

export function minutesOr(minutes: number | null): string {
  return minutes === null ? '–' : renderMinutes(minutes);
}
