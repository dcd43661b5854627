import { valueAt } from './json-path.ts';
import { labReports } from './lab-report-shapes.ts';
import type { Told, ToldColumns } from './told-columns.ts';
import type { BiomarkerContribution } from './types.ts';

/** Where a result, flat or layered, may say each column; the first that is there is named. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  value: ['measurement', 'value', 'value_gt', 'value_lt', 'raw_value', 'source.value'],
  unit: [
    'measurement.ucum_code',
    'measurement.units',
    'source.units',
    'ucum_code',
    'display_units',
    'unit',
    'units',
  ],
  ref_low: ['interpretation.applied_range', 'applied_range', 'reference_range', 'reference_ranges'],
  ref_high: ['interpretation.applied_range', 'applied_range', 'reference_range', 'reference_ranges'],
  status: [
    'interpretation',
    'flag',
    'classification',
    'applied_range',
    'reference_range',
    'reference_ranges',
  ],
  value_text: ['measurement', 'qualitative_value', 'value', 'raw_value', 'source.value'],
  operator: ['measurement', 'value_gt', 'value_lt', 'value', 'raw_value', 'source.value'],
  specimen: ['biomarker.specimen', 'source.specimen', 'specimen'],
  loinc: ['biomarker.loinc_code', 'loinc_code', 'loinc'],
  measured_at: ['source.collection_date', 'collection_date'],
};

const CONVERTED = new Set(['value', 'ref_low', 'ref_high']);

/** Where each column of a lab's result stands: the result's own path, and the field where one holds it. */
export function toldByResult({ order, columns }: BiomarkerContribution, payload: unknown): ToldColumns {
  const found = resultAt(payload, order[3]);
  if (found === null) return {};
  const { result, path } = found;
  const printedUnit = FIELDS.unit?.map((one) => valueAt(result, one)).find((one) => typeof one === 'string');
  const isConverted = typeof printedUnit === 'string' && printedUnit.trim() !== columns.unit;
  const conversion = `printed in ${String(printedUnit)}, stored in ${columns.unit ?? 'no unit'}`;
  const toldColumns: Record<string, Told> = {
    raw: { paths: [path], reading: 'the result as it was delivered' },
  };
  for (const [column, fields] of Object.entries(FIELDS)) {
    const field = fields.find((one) => (valueAt(result, one) ?? null) !== null);
    toldColumns[column] = {
      paths: [field === undefined ? path : `${path}.${field}`],
      reading: isConverted && CONVERTED.has(column) ? conversion : null,
    };
  }
  return toldColumns;
}

/** Results are numbered through all reports of an event. */
function resultAt(payload: unknown, position: number): { result: unknown; path: string } | null {
  let index = position;
  for (const report of labReports(payload).reports) {
    if (index < report.results.length) {
      return { result: report.results[index], path: `${report.path}[${index}]` };
    }
    index -= report.results.length;
  }
  return null;
}
