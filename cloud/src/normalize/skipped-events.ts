import type { SkippedEventType } from '../event-codes.ts';
import { valueAt } from './json-path.ts';
import { skipped } from './results.ts';
import { readId } from './text.ts';
import type { Normalized } from './types.ts';

/** An event we know and want no rows from. */
export function skipByType(type: SkippedEventType): () => Normalized {
  return () => skipped(type);
}

/** An event of a type that is not in Terra's documentation as we know it. */
export function skipUnknown(): Normalized {
  return skipped('unknown_type');
}

/**
 * `large_request_processing {reference}` and `large_request_sending {reference, expected_payloads}`: no
 * rows, but the backfill that caused them is under way.
 */
export function skipLargeRequest(
  type: 'large_request_processing' | 'large_request_sending',
  payload: unknown,
): Normalized {
  const delivered = valueAt(payload, 'reference');
  const reference = typeof delivered === 'string' ? readId(delivered) : null;
  if (reference === null) return skipped(type);
  const expected = valueAt(payload, 'expected_payloads');
  const expectedPayloads =
    typeof expected === 'number' && Number.isSafeInteger(expected) && expected >= 0 ? expected : null;
  return skipped(type, [{ kind: 'large_request', reference, expectedPayloads }]);
}
