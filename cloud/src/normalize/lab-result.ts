import { entriesAt, isJsonObject, valueAt } from './json-path.ts';
import type { DatedField } from './lab-date.ts';
import { FLAT_PATHS, LAYERED_PATHS, type LabPaths, SEVERAL_RANGES, SINGLE_RANGE } from './lab-paths.ts';
import { appliedRange, type DeliveredRange, type KnownRange, onlyRange } from './lab-range.ts';
import { flatReading, type LabReading, layeredReading, type ResultContext } from './lab-reading.ts';
import type { ReferenceRange } from './lab-status.ts';
import { storableText } from './text.ts';
import type { JsonObject } from './types.ts';

/** One result of a lab report, as printed: nothing is converted yet. */
export type LabResult = {
  /** Terra's slug of the biomarker, null where it matched none. */
  readonly key: string | null;
  /** What the lab printed. */
  readonly name: string | null;
  readonly specimen: string | null;
  readonly loinc: string | null;
  readonly collected: DatedField;
  readonly reading: LabReading;
  readonly unit: string | null;
  readonly range: ReferenceRange;
  /** The lab's words on whether it is normal, the first that says something decides. */
  readonly flags: readonly unknown[];
  readonly delivered: JsonObject;
};

const NO_RANGE: ReferenceRange = { low: null, high: null };
const LAYERS = ['source', 'biomarker', 'measurement', 'interpretation'] as const;
const FLAT_FIELDS = [...FLAT_PATHS.key, ...FLAT_PATHS.name, ...FLAT_PATHS.text];

/** Reads a flat or a layered result; null for anything that is neither. */
export function readLabResult(result: unknown, context: ResultContext): LabResult | null {
  if (!isJsonObject(result)) return null;
  const paths = labPathsOf(result);
  if (paths === null) return null;
  return {
    key: firstText(result, paths.key),
    name: firstText(result, paths.name),
    specimen: firstText(result, paths.specimen),
    loinc: firstText(result, paths.loinc),
    collected: {
      value: valueAt(result, paths.date),
      path: `${context.path}.${paths.date}`,
      collected: { time: valueAt(result, paths.time), timePath: `${context.path}.${paths.time}` },
    },
    reading: paths === LAYERED_PATHS ? layeredReading(result, context) : flatReading(result, context),
    unit: firstText(result, paths.unit),
    range: chosenRange(result, paths, context)?.bounds ?? NO_RANGE,
    flags: paths.flags.map((path) => valueAt(result, path)),
    delivered: result,
  };
}

/** Where a result says what; null of what is neither layered nor flat. */
export function labPathsOf(result: unknown): LabPaths | null {
  if (!isJsonObject(result)) return null;
  if (LAYERS.some((layer) => isJsonObject(valueAt(result, layer)))) return LAYERED_PATHS;
  return FLAT_FIELDS.some((field) => Object.hasOwn(result, field)) ? FLAT_PATHS : null;
}

/** The range that the flag was judged by, else the single `reference_range`, else the only fitting of the others. */
export function chosenRange(result: unknown, paths: LabPaths, context: ResultContext): KnownRange | null {
  const { path, mark, notices } = context;
  const at = (field: string): DeliveredRange => ({ range: valueAt(result, field), path: `${path}.${field}` });
  const several = entriesAt(result, SEVERAL_RANGES).map((range, index) => ({
    range,
    path: `${path}.${SEVERAL_RANGES}[${index}]`,
  }));
  return (
    appliedRange(at(paths.applied), mark, notices) ??
    onlyRange([at(SINGLE_RANGE)], mark, notices) ??
    onlyRange(several, mark, notices)
  );
}

function firstText(result: JsonObject, paths: readonly string[]): string | null {
  const path = firstTextPath(result, paths);
  return path === null ? null : (storableText(valueAt(result, path))?.trim() ?? null);
}

/** Of these paths the first at which a text stands that is not blank. */
export function firstTextPath(result: unknown, paths: readonly string[]): string | null {
  return paths.find((path) => storableText(valueAt(result, path)) !== null) ?? null;
}
