import { valueAt } from './json-path.ts';
import type { DatedField } from './lab-date.ts';
import { type LabPaths, LOWER_ENDS, UPPER_ENDS } from './lab-paths.ts';
import type { KnownRange } from './lab-range.ts';
import { labReports } from './lab-report-shapes.ts';
import { chosenRange, firstTextPath, labPathsOf } from './lab-result.ts';
import { flaggedStatus } from './lab-status.ts';
import type { Told, ToldColumns } from './told-columns.ts';
import type { BiomarkerContribution } from './types.ts';

const CONVERTED = new Set(['value', 'ref_low', 'ref_high']);

/** Where each column of a lab's result stands: the result's own path, and the field where one holds it. */
export function toldByResult({ order, columns }: BiomarkerContribution, payload: unknown): ToldColumns {
  const found = resultAt(payload, order[3]);
  const paths = labPathsOf(found?.result);
  if (found === null || paths === null) return {};
  const { result } = found;
  const unitAt = firstTextPath(result, paths.unit);
  const printedUnit = unitAt === null ? null : String(valueAt(result, unitAt)).trim();
  const isConverted = printedUnit !== null && printedUnit !== columns.unit;
  const conversion = `printed in ${printedUnit}, stored in ${columns.unit ?? 'no unit'}`;
  const toldColumns: Record<string, Told> = {
    raw: { paths: [found.path], reading: 'the result as it was delivered' },
  };
  for (const [column, places] of Object.entries(columnPaths(found, paths))) {
    toldColumns[column] = {
      paths: places.length === 0 ? [found.path] : places,
      reading: isConverted && CONVERTED.has(column) ? conversion : null,
    };
  }
  return toldColumns;
}

/** Of each column the full paths, by the order in which a reading prefers them; none where no field says it. */
function columnPaths(found: FoundResult, paths: LabPaths): Readonly<Record<string, readonly string[]>> {
  const { result, path } = found;
  const within = (field: string | null | undefined) => (field == null ? [] : [`${path}.${field}`]);
  const isThere = (field: string) => (valueAt(result, field) ?? null) !== null;
  const range = chosenRange(result, paths, { path, mark: null, notices: [] });
  const flag = paths.flags.find((one) => flaggedStatus(valueAt(result, one)) !== null);
  const collected = [paths.date, paths.time].filter(isThere);
  return {
    value: within(paths.value.find(isThere)),
    unit: within(firstTextPath(result, paths.unit)),
    ref_low: endPath(range, LOWER_ENDS),
    ref_high: endPath(range, UPPER_ENDS),
    status: flag === undefined ? (range === null ? [] : [range.path]) : within(flag),
    value_text: within(paths.text.find(isThere)),
    operator: within(paths.operator.find(isThere)),
    specimen: within(firstTextPath(result, paths.specimen)),
    loinc: within(firstTextPath(result, paths.loinc)),
    measured_at: isThere(paths.date) ? collected.flatMap(within) : [...found.reportDates],
  };
}

function endPath(range: KnownRange | null, ends: readonly string[]): readonly string[] {
  const end = ends.find((name) => (valueAt(range?.range, name) ?? null) !== null);
  return range === null || end === undefined ? [] : [`${range.path}.${end}`];
}

type FoundResult = {
  readonly result: unknown;
  readonly path: string;
  /** Where the date of its report stands, and the time beside it; none where the report has no date. */
  readonly reportDates: readonly string[];
};

function pathsOf({ path, collected }: DatedField): readonly string[] {
  return (collected?.time ?? null) === null || collected === undefined ? [path] : [path, collected.timePath];
}

/** Results are numbered through all reports of an event. */
function resultAt(payload: unknown, position: number): FoundResult | null {
  let index = position;
  for (const report of labReports(payload).reports) {
    if (index < report.results.length) {
      const dated = report.dates.find(({ value }) => (value ?? null) !== null);
      return {
        result: report.results[index],
        path: `${report.path}[${index}]`,
        reportDates: dated === undefined ? [] : pathsOf(dated),
      };
    }
    index -= report.results.length;
  }
  return null;
}
