import type { FieldReader } from './field-reader.ts';
import { sortableMs } from './time.ts';

/** Of each object that was read: a body's eleven measurements ask for the same samples in the same order. */
const alreadySorted = new WeakMap<FieldReader, Map<string, readonly FieldReader[]>>();

/**
 * Readers of the samples of an array, the latest by its own time first. Samples without a readable time
 * count as the earliest; of equal times the one further back in the array is the later.
 */
export function latestFirst(
  fields: FieldReader,
  samplesPath: string,
  timeField: string,
): readonly FieldReader[] {
  const sorted = alreadySorted.get(fields) ?? new Map<string, readonly FieldReader[]>();
  alreadySorted.set(fields, sorted);
  const known = sorted.get(samplesPath) ?? sortedLatestFirst(fields, samplesPath, timeField);
  sorted.set(samplesPath, known);
  return known;
}

function sortedLatestFirst(
  fields: FieldReader,
  samplesPath: string,
  timeField: string,
): readonly FieldReader[] {
  return fields
    .entries(samplesPath)
    .map((sample, position) => ({
      sample,
      position,
      ms: sortableMs(sample.value(timeField)) ?? Number.NEGATIVE_INFINITY,
    }))
    .sort((one, other) => (one.ms === other.ms ? other.position - one.position : other.ms > one.ms ? 1 : -1))
    .map(({ sample }) => sample);
}
