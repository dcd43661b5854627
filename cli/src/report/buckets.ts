import { REPORT_DAYS_DRAWN } from '../limits.ts';
import { medianOf } from '../statistics.ts';

/** How days are drawn: each for itself, or of a long range its weeks. */
export type Buckets = {
  readonly size: 'day' | 'week';
  /** The first date of each. */
  readonly starts: readonly string[];
  /** One value for each bucket: of a week the median of its known days. */
  readonly of: (values: readonly (number | null)[]) => readonly (number | null)[];
  /** The value of the last day of each bucket: of what is a matter of the days before. */
  readonly lastOf: (values: readonly (number | null)[]) => readonly (number | null)[];
  readonly indexOf: (date: string) => number;
};

const WEEK = 7;

export function bucketsOf(dates: readonly string[]): Buckets {
  const isLong = dates.length > REPORT_DAYS_DRAWN;
  const length = isLong ? WEEK : 1;
  const parts = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
    Array.from({ length: Math.ceil(items.length / length) }, (_, index) =>
      items.slice(index * length, (index + 1) * length),
    );
  const known = (values: readonly (number | null)[]) => values.filter((value) => value !== null);
  return {
    size: isLong ? 'week' : 'day',
    starts: parts(dates).map((part) => part[0] ?? ''),
    of: (values) => parts(values).map((part) => medianOf(known(part))),
    lastOf: (values) => parts(values).map((part) => known(part).at(-1) ?? null),
    indexOf: (date) => Math.floor(dates.indexOf(date) / length),
  };
}
