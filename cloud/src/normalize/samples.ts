import { type FieldReader, fieldReader } from './field-reader.ts';
import { entriesAt, valueAt } from './json-path.ts';
import { sortableMs } from './time.ts';
import type { JsonObject, Notice } from './types.ts';

/**
 * Readers of the samples of an array, the latest by its own time first. Samples without a readable time
 * count as the earliest; of equal times the one further back in the array is the later.
 */
export function latestFirst(
  item: JsonObject,
  at: string,
  samplesPath: string,
  timeField: string,
  notices: Notice[],
): readonly FieldReader[] {
  return entriesAt(item, samplesPath)
    .map((sample, position) => ({
      sample,
      position,
      ms: sortableMs(valueAt(sample, timeField)) ?? Number.NEGATIVE_INFINITY,
    }))
    .sort((one, other) => (one.ms === other.ms ? other.position - one.position : other.ms > one.ms ? 1 : -1))
    .map(({ sample, position }) => fieldReader(sample, `${at}.${samplesPath}[${position}]`, notices));
}

/** What the first sample that knows it says. */
export function firstKnown<Known>(
  samples: readonly FieldReader[],
  read: (sample: FieldReader) => Known | null,
): Known | null {
  for (const sample of samples) {
    const known = read(sample);
    if (known !== null) return known;
  }
  return null;
}
