import { entriesAt, valueAt } from './json-path.ts';
import { plausible, type Range } from './ranges.ts';
import type { Notice } from './types.ts';

/** At most so many implausible values are noted for one event: more of them tell nothing new. */
const NOTICES_MAX = 100;

/** Reads numbers of one object and notes, with the full path, what it did not believe. */
export type FieldReader = {
  /** The number at a dotted path, null where it is absent, no number, or out of range. */
  readonly number: (path: string, range: Range) => number | null;
  /** Notes that what stands at a dotted path is not believed beside the rest of the object. */
  readonly disbelieve: (path: string) => null;
  /** Whatever stands at a dotted path, undefined where nothing does. */
  readonly value: (path: string) => unknown;
  /** Readers of the entries of the array at a path, in its order. */
  readonly entries: (path: string) => readonly FieldReader[];
  /** The same object, read without a notice. */
  readonly quiet: () => FieldReader;
  /** The path with that of the object before it. */
  readonly pathOf: (path: string) => string;
};

/** `at` is the path of `value` inside the payload, put before every path noted. */
export function fieldReader(value: unknown, at: string, notices: Notice[]): FieldReader {
  const note = (path: string, reason: Notice['reason']): null => {
    const full = `${at}.${path}`;
    // A value may be read twice, as one of a pair and alone; it is told once.
    const isNew = notices.length < NOTICES_MAX && notices.every((notice) => notice.path !== full);
    if (isNew) notices.push({ path: full, reason });
    return null;
  };
  return {
    number: (path, range) => {
      const found = valueAt(value, path);
      if (found === undefined || found === null) return null;
      if (typeof found !== 'number') return note(path, 'not_a_number');
      return plausible(found, range) ?? note(path, 'out_of_range');
    },
    disbelieve: (path) => note(path, 'out_of_range'),
    value: (path) => valueAt(value, path),
    entries: (path) =>
      entriesAt(value, path).map((entry, index) => fieldReader(entry, `${at}.${path}[${index}]`, notices)),
    quiet: () => fieldReader(value, at, []),
    pathOf: (path) => `${at}.${path}`,
  };
}
