import { isUcum } from '../../../../cloud/src/normalize/unit-spelling.ts';
import { canonicalUnit } from '../../../../cloud/src/normalize/units.ts';
import type { ExportedMeasurement } from '../../mirror/export-read.ts';
import { renderCode } from '../../terminal/lab-panels.ts';
import { momentOrDate, observation, quantity, type Told } from './observation.ts';
import type { Resource } from './resource.ts';

/** A result of a laboratory; null of one that has neither a number nor a text. */
export function labObservation(result: ExportedMeasurement, told: Omit<Told, 'at'>): Resource | null {
  const found = foundOf(result);
  if (found === null) return null;
  const loinc = result.loinc !== null && /^\d{1,7}-\d$/.test(result.loinc) ? [result.loinc] : [];
  return observation(
    { ...told, at: momentOrDate(result.measured_at, result.draw_date) },
    { text: renderCode(result.code), loinc, category: 'laboratory' },
    {
      ...found,
      ...(result.specimen === null ? {} : { specimen: { display: result.specimen } }),
      ...rangeOf(result),
    },
  );
}

function foundOf(result: ExportedMeasurement) {
  const { value, value_text: text, operator } = result;
  if (value !== null) return { valueQuantity: measured(result, value, operator) };
  return text === null || text.trim() === '' ? null : { valueString: text };
}

function rangeOf(result: ExportedMeasurement) {
  const { ref_low: low, ref_high: high } = result;
  if (low === null && high === null) return {};
  const end = (value: number) => measured(result, value, null);
  return {
    referenceRange: [
      { ...(low === null ? {} : { low: end(low) }), ...(high === null ? {} : { high: end(high) }) },
    ],
  };
}

function measured({ code, unit }: ExportedMeasurement, value: number, operator: string | null) {
  const isKnown = unit !== null && (unit === canonicalUnit(code) || isUcum(unit));
  return quantity(value, unit, isKnown, operator);
}
