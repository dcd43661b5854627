/** How the wide view and the report speak of a result. */
export type LabStatus = 'optimal' | 'borderline' | 'out_of_range';

/** Reference bounds in the unit of the value; null is open. */
export type ReferenceRange = { readonly low: number | null; readonly high: number | null };

/** A value, or the bound beyond which it lies (`<0.5` is 'below' 0.5). */
export type LabValue = { readonly value: number; readonly bound: 'below' | 'above' | null };

const OUT_OF_RANGE_FLAGS: ReadonlySet<string> = new Set([
  'low',
  'high',
  'abnormal',
  'toxic',
  'subtherapeutic',
]);

/** The status a lab's own flag says, null for a flag that says nothing. */
export function flaggedStatus(flag: unknown): LabStatus | null {
  if (typeof flag !== 'string') return null;
  const word = flag.slice(0, 100).trim().toLowerCase();
  if (word === 'normal') return 'optimal';
  if (word.includes('borderline')) return 'borderline';
  return OUT_OF_RANGE_FLAGS.has(word) || /^critical[_ -]/.test(word) ? 'out_of_range' : null;
}

/** The status by the range; null where there is none, or where a bound leaves it open. */
export function rangeStatus(result: LabValue | null, range: ReferenceRange): LabStatus | null {
  if (result === null || (range.low === null && range.high === null)) return null;
  if (result.bound === null) return isWithin(result.value, range) ? 'optimal' : 'out_of_range';
  return boundStatus(result.value, result.bound, range);
}

function isWithin(value: number, { low, high }: ReferenceRange): boolean {
  return (low === null || value >= low) && (high === null || value <= high);
}

/**
 * `<5` against 10..20 is certainly outside and against ..10 certainly inside; against 1..10 it may be
 * either. A low bound of zero or less is no bound, since no lab value lies under it.
 */
function boundStatus(value: number, bound: 'below' | 'above', range: ReferenceRange): LabStatus | null {
  const low = range.low !== null && range.low > 0 ? range.low : null;
  if (bound === 'below') {
    if (low !== null) return value <= low ? 'out_of_range' : null;
    return range.high !== null && value > range.high ? null : 'optimal';
  }
  if (range.high !== null) return value >= range.high ? 'out_of_range' : null;
  return low !== null && value < low ? null : 'optimal';
}
