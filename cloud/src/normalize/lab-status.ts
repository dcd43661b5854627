import type { Operator } from './lab-number.ts';

/** How the wide view and the report speak of a result. */
export type LabStatus = 'optimal' | 'borderline' | 'out_of_range';

/** Reference bounds in the unit of the value; null is open. */
export type ReferenceRange = { readonly low: number | null; readonly high: number | null };

/** A value, or the bound beside which it lies (`<0.5`). */
export type LabValue = { readonly value: number; readonly operator: Operator | null };

const OPTIMAL_FLAGS: ReadonlySet<string> = new Set(['normal', 'optimal', 'in_range', 'within_range']);
const OUT_OF_RANGE_FLAGS: ReadonlySet<string> = new Set([
  'low',
  'high',
  'elevated',
  'deficient',
  'insufficient',
  'abnormal',
  'toxic',
  'subtherapeutic',
  'critical',
  'out_of_range',
  // As printed.
  'l',
  'h',
  'll',
  'hh',
  'a',
]);

/** The status a lab's own flag says, null for a flag that says nothing. */
export function flaggedStatus(flag: unknown): LabStatus | null {
  if (typeof flag !== 'string') return null;
  const word = flag
    .slice(0, 100)
    .trim()
    .toLowerCase()
    .replace(/^[*!([ ]+|[*!)\] ]+$/g, '')
    .replace(/[\s-]+/g, '_');
  if (OPTIMAL_FLAGS.has(word)) return 'optimal';
  if (word.includes('borderline')) return 'borderline';
  return OUT_OF_RANGE_FLAGS.has(word) || /^(?:very|critical)_/.test(word) ? 'out_of_range' : null;
}

/** The status by the range; null where there is none, or where a bound leaves it open. */
export function rangeStatus(result: LabValue | null, range: ReferenceRange): LabStatus | null {
  if (result === null || (range.low === null && range.high === null)) return null;
  const { value, operator } = result;
  if (operator === null) return isWithin(value, range) ? 'optimal' : 'out_of_range';
  return boundStatus(value, operator, range);
}

function isWithin(value: number, { low, high }: ReferenceRange): boolean {
  return (low === null || value >= low) && (high === null || value <= high);
}

/**
 * `<5` against 10..20 is certainly outside and against ..10 certainly inside; against 1..10 it may be
 * either. A low bound of zero or less is no bound, since no lab value lies under it.
 */
function boundStatus(value: number, operator: Operator, range: ReferenceRange): LabStatus | null {
  const low = range.low !== null && range.low > 0 ? range.low : null;
  const { high } = range;
  if (operator === '<' || operator === '<=') {
    if (low !== null) return isBeyond(low - value, operator === '<') ? 'out_of_range' : null;
    return high !== null && value > high ? null : 'optimal';
  }
  if (high !== null) return isBeyond(value - high, operator === '>') ? 'out_of_range' : null;
  return low !== null && value < low ? null : 'optimal';
}

/** Whether what lies beside a bound lies beyond the range's end. `exclusive`: the bound itself does not belong to it. */
function isBeyond(distance: number, exclusive: boolean): boolean {
  return exclusive ? distance >= 0 : distance > 0;
}
