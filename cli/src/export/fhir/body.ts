import type { ExportedMeasurement } from '../../mirror/export-read.ts';
import { renderCode } from '../../terminal/lab-panels.ts';
import { BLOOD_PRESSURE, BODY_MEANINGS, type Meaning } from './codes.ts';
import { concept, momentOrDate, observation, quantity, type Told } from './observation.ts';
import type { Resource } from './resource.ts';

/** What devices measured of a body on one date: both numbers of a cuff that belong together are one Observation. */
export function bodyObservations(
  measurements: readonly ExportedMeasurement[],
  told: () => Omit<Told, 'at'>,
): readonly Resource[] {
  const systolic = measurements.find(({ code }) => code === 'systolic_bp');
  const diastolic = measurements.find(({ code }) => code === 'diastolic_bp');
  const isPair =
    systolic?.value != null && diastolic?.value != null && systolic.measured_at === diastolic.measured_at;
  const single = isPair ? measurements.filter((one) => one !== systolic && one !== diastolic) : measurements;
  const pair = isPair
    ? [
        observation({ ...told(), at: momentOf(systolic) }, BLOOD_PRESSURE, {
          component: [systolic, diastolic].map(component),
        }),
      ]
    : [];
  return [
    ...pair,
    ...single.filter(({ value }) => value !== null).map((one) => bodyObservation(one, told())),
  ];
}

function bodyObservation(measurement: ExportedMeasurement, told: Omit<Told, 'at'>): Resource {
  return observation({ ...told, at: momentOf(measurement) }, meaningOf(measurement), found(measurement));
}

function component(measurement: ExportedMeasurement) {
  const { text, loinc } = meaningOf(measurement);
  return { code: concept(text, loinc), ...found(measurement) };
}

/** A profile fixes the unit: what came in another does not follow it. */
function meaningOf({ code, unit }: ExportedMeasurement): Omit<Meaning, 'unit'> {
  const known = BODY_MEANINGS.get(code);
  return known?.unit === unit && known !== undefined ? known : { text: renderCode(code), loinc: [] };
}

/** Units of a body are the project's own, all of them of UCUM. */
function found({ value, unit, operator }: ExportedMeasurement) {
  return value === null ? {} : { valueQuantity: quantity(value, unit, true, operator) };
}

function momentOf({ measured_at, draw_date }: ExportedMeasurement): string {
  return momentOrDate(measured_at, draw_date);
}
