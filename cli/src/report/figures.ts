import type { DailyColumn } from '../mirror/chosen-source.ts';
import { renderMeasured } from '../terminal/lab-panels.ts';

/** A column of a day as it is told and drawn. */
export type Figure = {
  readonly column: DailyColumn;
  /** What it is called; within a sentence it begins with a small letter, abbreviations apart. */
  readonly name: string;
  /** What stands behind a number; empty of a score. */
  readonly unit: string;
  /** What stands behind a one. */
  readonly unitOfOne?: string;
  readonly digits: number;
  /** It grows until midnight, so that an unfinished day cannot be compared. */
  readonly grows?: true;
  /** Of what a score is one: devices have scales of their own. */
  readonly note?: string;
};

const SCORE =
  'A score that the device computes by a rule of its own; scores of two devices cannot be compared.';

export const FIGURES = {
  sleep_minutes: { column: 'sleep_minutes', name: 'Time asleep', unit: 'min', digits: 0 },
  sleep_score: { column: 'sleep_score', name: 'Sleep score', unit: '', digits: 0, note: SCORE },
  heart_rate_variability: {
    column: 'heart_rate_variability',
    name: 'Heart rate variability',
    unit: 'ms',
    digits: 0,
  },
  resting_heart_rate: {
    column: 'resting_heart_rate',
    name: 'Resting heart rate',
    unit: 'beats/min',
    unitOfOne: 'beat/min',
    digits: 0,
  },
  respiratory_rate: {
    column: 'respiratory_rate',
    name: 'Breaths in sleep',
    unit: 'breaths/min',
    digits: 1,
  },
  spo2: { column: 'spo2', name: 'Oxygen saturation', unit: '%', digits: 1 },
  skin_temperature: {
    column: 'skin_temperature',
    name: 'Skin temperature',
    unit: '°C',
    digits: 2,
    note: 'How far it was from what the device holds for usual; it is no temperature of its own.',
  },
  steps: {
    column: 'steps',
    name: 'Steps',
    unit: 'steps',
    unitOfOne: 'step',
    digits: 0,
    grows: true,
  },
  active_zone_minutes: {
    column: 'active_zone_minutes',
    name: 'Active minutes',
    unit: 'min',
    digits: 0,
    grows: true,
  },
  calories_active: {
    column: 'calories_active',
    name: 'Energy of activity',
    unit: 'kcal',
    digits: 0,
    grows: true,
  },
  strain: { column: 'strain', name: 'Strain', unit: '', digits: 1, grows: true, note: SCORE },
  vo2_max: {
    column: 'vo2_max',
    name: 'VO2max',
    unit: 'mL/min/kg',
    digits: 1,
    note: 'The largest oxygen uptake, as the device estimates it.',
  },
  recovery_score: { column: 'recovery_score', name: 'Recovery score', unit: '', digits: 0, note: SCORE },
  stress_level: {
    column: 'stress_level',
    name: 'Stress score',
    unit: '',
    digits: 0,
    grows: true,
    note: SCORE,
  },
} as const satisfies Partial<Record<DailyColumn, Figure>>;

export type FigureName = keyof typeof FIGURES;

export const FIGURE_NAMES = Object.keys(FIGURES) as readonly FigureName[];

/** `7 h 12 min`, `61 beats/min`, `8,231 steps`, `1 step`. */
export function renderFigure({ unit, unitOfOne, digits }: Figure, value: number): string {
  if (unit === 'min' && Math.abs(value) >= 60) return renderMinutes(value);
  const number = renderNumber(value, digits);
  return `${number} ${number === '1' ? (unitOfOne ?? unit) : unit}`.trim();
}

/** From one value to another, as both are told: 74 is 4 above a median of 69.5 that is told as 70, and not 5. */
export function toldDifference({ digits }: Figure, from: number, to: number): number {
  return Number(to.toFixed(digits)) - Number(from.toFixed(digits));
}

/** `7 h 12 min`, `-45 min`. */
export function renderMinutes(minutes: number): string {
  const whole = Math.round(Math.abs(minutes));
  const [hours, rest] = [Math.floor(whole / 60), whole % 60];
  const text = [hours > 0 ? `${hours} h` : '', rest > 0 || hours === 0 ? `${rest} min` : ''];
  return `${minutes < 0 && whole > 0 ? '−' : ''}${text.filter((part) => part !== '').join(' ')}`;
}

/** `6,912 to 16,852 steps`. */
export function renderSpan(figure: Figure, low: number, high: number): string {
  const isInHours = figure.unit === 'min' && high >= 60;
  return `${isInHours ? renderMinutes(low) : renderNumber(low, figure.digits)} to ${renderFigure(figure, high)}`;
}

/** Time asleep is drawn in hours, so that the lines of an axis are whole ones. */
export function drawnOf({ column }: Figure, value: number): number {
  return column === 'sleep_minutes' ? value / 60 : value;
}

export function renderHours(hours: number): string {
  return `${renderNumber(hours, Number.isInteger(hours) ? 0 : 1)} h`;
}

const FORMATS = new Map<number, Intl.NumberFormat>();

/** Making one takes a thousand times as long as using it. */
function formatOf(digits: number): Intl.NumberFormat {
  const made =
    FORMATS.get(digits) ??
    new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  FORMATS.set(digits, made);
  return made;
}

export function renderNumber(value: number, digits: number): string {
  const rounded = Number(value.toFixed(digits));
  return formatOf(digits)
    .format(rounded)
    .replace('-', rounded === 0 ? '' : '−');
}

/** A measurement whose unit is the file's. */
export function renderWithUnit(value: number, unit: string): string {
  return `${renderMeasured(value)} ${unit}`.trim();
}

const ABBREVIATED = /^[A-Z]+\d|^[A-Z]{2}/;

/** A figure within words. */
export const figureText = {
  /** `time asleep`, `VO2max`. */
  inSentence: ({ name }: Figure): string =>
    ABBREVIATED.test(name) ? name : `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`,
  /** At an axis: `7 h`, `60`, `8,000`. */
  axis: ({ column, digits }: Figure, value: number): string =>
    column === 'sleep_minutes'
      ? renderHours(value)
      : renderNumber(value, Number.isInteger(value) ? 0 : Math.max(digits, 1)),
};
