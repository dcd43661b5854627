import type { FieldReader } from './field-reader.ts';
import type { Range } from './ranges.ts';
import { latestFirst } from './samples.ts';
import { instantText } from './time.ts';
import type { Columns } from './types.ts';

/**
 * How numbers are read, as data: where each one stands in an item, in which order of precedence, what is plausible,
 * and how it is converted. The normalizers read by these rules, and what explains a stored value or documents the
 * mapping reads the same ones.
 */

/** A number that was found. */
export type Found = {
  readonly value: number;
  /** Where it stands in the payload, in full: `data[0].distance_data.steps`. Several where it was computed. */
  readonly paths: readonly string[];
  /** The own time of the one sample that gave it, ISO 8601. */
  readonly measuredAt?: string;
  readonly source: ValueSource;
};

/** One place where a number can come from. */
export type ValueSource = {
  /** Inside one item; `[]` stands for any entry of an array. */
  readonly paths: readonly string[];
  /** What is believed of each number that is read. */
  readonly range: Range | ((provider: string) => Range);
  /** What is done with it, in words; null where it is taken as it is. */
  readonly rule: string | null;
  /** How it was measured, where that is told beside the value: `rmssd`, `meters`. */
  readonly method: string | null;
  readonly read: (fields: FieldReader, provider: string) => Reading | null;
};

/** What a source read, before it is known whose it is. */
export type Reading = {
  readonly value: number;
  readonly paths: readonly string[];
  /** The sample's own time as it is stored, where one sample gave the value and told its time. */
  readonly measuredAt?: string;
};

/** One value: the first of its sources that knows it gives it. */
export type ValueRule = {
  /** UCUM. */
  readonly unit: string;
  readonly sources: readonly [ValueSource, ...ValueSource[]];
};

/** The number of a field, as it is. */
export function field(path: string, range: ValueSource['range'], method: string | null = null): ValueSource {
  return {
    paths: [path],
    range,
    rule: null,
    method,
    read: (fields, provider) => {
      const value = fields.number(path, rangeOf(range, provider));
      return value === null ? null : { value, paths: [fields.pathOf(path)] };
    },
  };
}

/** What `source` gives, changed; null where the change leaves no finite number. */
export function changed(source: ValueSource, rule: string, change: (value: number) => number): ValueSource {
  return {
    ...source,
    rule: source.rule === null ? rule : `${source.rule}, ${rule}`,
    read: (fields, provider) => {
      const reading = source.read(fields, provider);
      const value = reading === null ? Number.NaN : change(reading.value);
      return reading === null || !Number.isFinite(value) ? null : { ...reading, value };
    },
  };
}

export function inMinutes(source: ValueSource): ValueSource {
  return changed(source, 'seconds / 60', (seconds) => seconds / 60);
}

/** Entries of an array and the field of each that is read. */
type Samples = {
  readonly array: string;
  readonly field: string;
  readonly range: Range;
  /** Entries that are read at all; all of them where it is left out. */
  readonly where?: { readonly rule: string; readonly holds: (sample: FieldReader) => boolean };
};

/** The latest entry, by its own time, that knows the field. */
export function latestSample(samples: Samples & { readonly timeField: string }): ValueSource {
  const { array, range, timeField } = samples;
  return {
    ...samplesSource(samples, 'the latest'),
    read: (fields) => {
      for (const sample of latestFirst(fields, array, timeField)) {
        const value = sample.number(samples.field, range);
        if (value !== null) return sampleReading(sample, samples.field, timeField, value);
      }
      return null;
    },
  };
}

/** What one sample says, with its own time where that is told. */
export function sampleReading(sample: FieldReader, name: string, timeField: string, value: number): Reading {
  const measuredAt = instantText(sample.value(timeField));
  return { value, paths: [sample.pathOf(name)], ...(measuredAt === null ? {} : { measuredAt }) };
}

export function meanOfSamples(samples: Samples): ValueSource {
  return overSamples(
    samples,
    'the mean',
    (values) => values.reduce((sum, one) => sum + one, 0) / values.length,
  );
}

export function leastSample(samples: Samples): ValueSource {
  return overSamples(samples, 'the least', (values) => values.reduce((a, b) => Math.min(a, b)));
}

export function greatestSample(samples: Samples): ValueSource {
  return overSamples(samples, 'the greatest', (values) => values.reduce((a, b) => Math.max(a, b)));
}

/** What `read` makes of several fields. `paths` and `rule` say it to people. */
export function computed(
  paths: readonly string[],
  range: ValueSource['range'],
  rule: string,
  read: ValueSource['read'],
): ValueSource {
  return { paths, range, rule, method: null, read };
}

/** The sum of the readings that are there, null where none is or the sum is beyond the numbers. */
export function sumOfKnown(...readings: readonly (Reading | null)[]): Reading | null {
  const known = readings.filter((reading) => reading !== null);
  const value = known.reduce((sum, reading) => sum + reading.value, 0);
  if (known.length === 0 || !Number.isFinite(value)) return null;
  return { value, paths: known.flatMap(({ paths }) => paths) };
}

/** The first source that knows the value. */
export function firstFound(
  sources: readonly ValueSource[],
  fields: FieldReader,
  provider: string,
): Found | null {
  for (const source of sources) {
    const reading = source.read(fields, provider);
    if (reading !== null) return { ...reading, source };
  }
  return null;
}

/** Every value of an item by its rule, null where no source knows it. */
export function readByRules<Name extends string>(
  rules: Readonly<Record<Name, ValueRule>>,
  fields: FieldReader,
  provider: string,
): Record<Name, Found | null> {
  const found = Object.entries<ValueRule>(rules).map(([name, { sources }]) => [
    name,
    firstFound(sources, fields, provider),
  ]);
  return Object.fromEntries(found) as Record<Name, Found | null>;
}

/** The values alone. */
export function valuesOf(found: Readonly<Record<string, Found | null>>): Columns {
  return Object.fromEntries(Object.entries(found).map(([name, one]) => [name, one?.value ?? null]));
}

function samplesSource(
  { array, field: name, range, where }: Samples,
  which: string,
): Omit<ValueSource, 'read'> {
  const rule = where === undefined ? which : `${which} of those ${where.rule}`;
  return { paths: [`${array}[].${name}`], range, rule, method: null };
}

/** The array is the path of what is made of many entries: naming each of a day's thousand would tell nothing. */
function overSamples(
  samples: Samples,
  which: string,
  join: (values: readonly number[]) => number,
): ValueSource {
  const { array, field: name, range, where } = samples;
  return {
    ...samplesSource(samples, which),
    read: (fields) => {
      const read = fields.entries(array).filter((sample) => where === undefined || where.holds(sample));
      const values = believed(read, name, range);
      const value = values.length === 0 ? Number.NaN : join(values);
      return Number.isFinite(value) ? { value, paths: [fields.pathOf(array)] } : null;
    },
  };
}

/** Of a day's hundred sentinels the first is noted; the others would tell nothing new. */
function believed(samples: readonly FieldReader[], name: string, range: Range): readonly number[] {
  let isTold = false;
  const values: number[] = [];
  for (const sample of samples) {
    const value = (isTold ? sample.quiet() : sample).number(name, range);
    if (value !== null) values.push(value);
    else isTold ||= (sample.value(name) ?? null) !== null;
  }
  return values;
}

function rangeOf(range: ValueSource['range'], provider: string): Range {
  return typeof range === 'function' ? range(provider) : range;
}
