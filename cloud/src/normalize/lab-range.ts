import { fieldReader } from './field-reader.ts';
import { isJsonObject, valueAt } from './json-path.ts';
import { type DecimalMark, printedNumber } from './lab-number.ts';
import { LOWER_ENDS, RANGE_TYPES, UPPER_ENDS } from './lab-paths.ts';
import type { ReferenceRange } from './lab-status.ts';
import { ANY_NUMBER } from './ranges.ts';
import type { Notice } from './types.ts';

/** A range as delivered, with its path. */
export type DeliveredRange = { readonly range: unknown; readonly path: string };

/** A range of which at least one end is known. */
export type KnownRange = DeliveredRange & { readonly bounds: ReferenceRange };

/** What a range that describes normal values calls itself. */
const NORMAL_TYPES: ReadonlySet<string> = new Set(['normal', 'reference', 'optimal', 'desirable']);
/** A dimension that limits a range to nobody. */
const EVERYBODY: ReadonlySet<string> = new Set(['all', 'any', 'both', 'general', 'none', 'unspecified']);

/** The range that the flag was judged by, which is for the person; null where it describes other than normal values. */
export function appliedRange(
  delivered: DeliveredRange,
  mark: DecimalMark,
  notices: Notice[],
): KnownRange | null {
  return isReference(delivered.range) ? knownRange(delivered, mark, notices) : null;
}

/**
 * The range that a result is to be held against: of those that describe normal values the only one that is for
 * everybody. A type is a label (`high`, `deficient`), and a context (sex, age, pregnancy, cycle phase) makes a range
 * one of somebody else's.
 */
export function onlyRange(
  delivered: readonly DeliveredRange[],
  mark: DecimalMark,
  notices: Notice[],
): KnownRange | null {
  const [only, ...others] = delivered
    .filter(({ range }) => isReference(range) && isForEverybody(valueAt(range, 'context')))
    .flatMap((one) => knownRange(one, mark, notices) ?? []);
  return only === undefined || others.length > 0 ? null : only;
}

function knownRange(
  { range, path }: DeliveredRange,
  mark: DecimalMark,
  notices: Notice[],
): KnownRange | null {
  const first = (names: readonly string[]): number | null => {
    for (const name of names) {
      const found = valueAt(range, name);
      const number = typeof found === 'string' ? (printedNumber(found, mark)?.value ?? null) : found;
      const bound = fieldReader({ [name]: number }, path, notices).number(name, ANY_NUMBER);
      if (bound !== null) return bound;
    }
    return null;
  };
  const bounds = { low: first(LOWER_ENDS), high: first(UPPER_ENDS) };
  return bounds.low === null && bounds.high === null ? null : { range, path, bounds };
}

function isReference(range: unknown): boolean {
  if (!isJsonObject(range)) return false;
  const type = RANGE_TYPES.map((name) => valueAt(range, name) ?? null).find((one) => one !== null) ?? '';
  if (typeof type !== 'string') return false;
  const word = type
    .trim()
    .toLowerCase()
    .replace(/[ _-]*range$/, '');
  return word === '' || NORMAL_TYPES.has(word);
}

function isForEverybody(context: unknown): boolean {
  if (typeof context !== 'object' || context === null) return limitsNobody(context);
  return Object.values(context).every((dimension) => limitsNobody(dimension));
}

/** Of a dimension: it is absent, empty, or says that it is for all. */
function limitsNobody(dimension: unknown): boolean {
  if (dimension === undefined || dimension === null) return true;
  if (typeof dimension === 'string') {
    const word = dimension.trim().toLowerCase();
    return word === '' || EVERYBODY.has(word);
  }
  return typeof dimension === 'object' && Object.keys(dimension).length === 0;
}
