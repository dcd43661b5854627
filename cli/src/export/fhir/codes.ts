import type { DailyColumn } from '../../mirror/chosen-source.ts';

/** What something is called: its LOINC codes, the most general first; none where there is none, or none that fits. */
export type Meaning = {
  readonly text: string;
  readonly loinc: readonly string[];
  readonly category?: 'vital-signs' | 'activity';
  /** Of https://hl7.org/fhir/R4/observation-vitalsigns.html, which a resource says that it follows. */
  readonly profile?: string;
  readonly unit: string;
};

const vital = (text: string, unit: string, profile: string | null, ...loinc: readonly string[]): Meaning => ({
  text,
  loinc,
  category: 'vital-signs',
  unit,
  ...(profile === null ? {} : { profile }),
});

const RESTING = vital('Resting heart rate', '/min', null, '40443-4');
const SATURATION = vital('Oxygen saturation', '%', 'oxygensat', '2708-6', '59408-5');
/** LOINC has a code of SDNN alone. */
const SDNN = vital('Heart rate variability (SDNN)', 'ms', null, '80404-7');
const RMSSD = vital('Heart rate variability (RMSSD)', 'ms', null);

/** Columns of a day of which a Bundle tells. */
export const DAY_MEANINGS = {
  steps: { text: 'Number of steps', loinc: ['55423-8'], category: 'activity', unit: '{steps}' },
  sleep_minutes: { text: 'Sleep duration', loinc: ['93832-4'], category: 'activity', unit: 'min' },
  heart_rate_avg: vital('Mean heart rate of the day', '/min', 'heartrate', '8867-4'),
  resting_heart_rate: RESTING,
  heart_rate_variability: null,
  spo2: SATURATION,
  respiratory_rate: vital('Respiratory rate in sleep', '/min', 'resprate', '9279-1'),
} as const satisfies Partial<Record<DailyColumn, Meaning | null>>;

/** Two methods have one column, and of neither's numbers can be said what they are where the method is unknown. */
export function variability(method: string | null): Meaning {
  if (method === 'sdnn') return SDNN;
  return method === 'rmssd' ? RMSSD : vital('Heart rate variability, by an unknown method', 'ms', null);
}

/** Codes of measurements of a body. Others have their name alone. */
export const BODY_MEANINGS: ReadonlyMap<string, Meaning> = new Map([
  ['weight', vital('Body weight', 'kg', 'bodyweight', '29463-7')],
  ['height', vital('Body height', 'cm', 'bodyheight', '8302-2')],
  ['bmi', vital('Body mass index', 'kg/m2', 'bmi', '39156-5')],
  ['body_temperature', vital('Body temperature', 'Cel', 'bodytemp', '8310-5')],
  ['systolic_bp', vital('Systolic blood pressure', 'mm[Hg]', null, '8480-6')],
  ['diastolic_bp', vital('Diastolic blood pressure', 'mm[Hg]', null, '8462-4')],
  ['spo2', SATURATION],
  ['resting_heart_rate', RESTING],
  ['hrv_sdnn', SDNN],
  ['hrv_rmssd', RMSSD],
]);

/** Of a cuff: both numbers of one measurement. */
export const BLOOD_PRESSURE = vital('Blood pressure', 'mm[Hg]', 'bp', '85354-9');
