import { BODY_SAMPLES_MAX } from '../limits.ts';
import type { FieldReader } from './field-reader.ts';
import { latestFirst } from './samples.ts';
import { sortableMs } from './time.ts';

/** Where samples of a code stand: an array of a body item, the field of the value and that of the time. */
export type SampleList = {
  readonly array: string;
  readonly field: string;
  readonly timeField: string;
  /** Samples that count; all of them where it is left out. */
  readonly where?: { readonly rule: string; readonly holds: (sample: FieldReader) => boolean };
};

/** A sample as it was delivered. */
type Delivered = { readonly time: string | null; readonly value: number };

/**
 * `raw` of a body row: the code's samples of the item as delivered, in Terra's unit, the ones that are not believed
 * included, earliest first: `[{"time":"2026-03-08T07:00:00.000000+01:00","value":72.4}]`. Null where there is none.
 * A sample without a number is left out; of more than `BODY_SAMPLES_MAX` the earliest are.
 */
export function samplesText(lists: readonly SampleList[], fields: FieldReader): string | null {
  const latest = lists
    .flatMap((list) => latestOf(list, fields))
    .toSorted((one, other) => (sortableMs(other.time) ?? 0) - (sortableMs(one.time) ?? 0))
    .slice(0, BODY_SAMPLES_MAX);
  return latest.length === 0 ? null : JSON.stringify(latest.reverse());
}

function latestOf({ array, field, timeField, where }: SampleList, fields: FieldReader): readonly Delivered[] {
  const found: Delivered[] = [];
  for (const sample of latestFirst(fields, array, timeField)) {
    if (found.length === BODY_SAMPLES_MAX) break;
    const value = sample.value(field);
    if (typeof value !== 'number' || where?.holds(sample) === false) continue;
    const time = sample.value(timeField);
    found.push({ time: typeof time === 'string' && sortableMs(time) !== null ? time : null, value });
  }
  return found;
}
