/**
 * Which panel a lab prints a result under, in the order of most reports: the first whose words the code has. What fits
 * none comes last.
 */
const PANELS: readonly (readonly [panel: string, words: RegExp])[] = [
  ['Blood lipids', /cholesterol|hdl|ldl|triglyceride|apolipo|lipo/],
  ['Blood sugar', /glucose|hba1c|insulin|fructosamine|c_peptide/],
  [
    'Blood count',
    /blood_cell|platelet|ha?emoglobin|hematocrit|mc[vh]|rdw|mpv|neutro|lympho|mono|eosino|baso|reticulo/,
  ],
  [
    'Kidney and salts',
    /creatinine|egfr|urea|bun|uric|sodium|potassium|chloride|calcium|magnesium|phosph(ate|orus)|cystatin/,
  ],
  [
    'Liver and proteins',
    /^(alt|ast|ggt|alp)$|alkaline|bilirubin|albumin|globulin|protein_total|total_protein/,
  ],
  ['Thyroid', /tsh|thyro|^f?t[34]$|free_t[34]/],
  ['Hormones', /testosterone|estradiol|progesterone|cortisol|shbg|prolactin|^lh$|^fsh$|dhea|igf/],
  ['Inflammation', /crp|c_reactive|esr|homocysteine|fibrinogen/],
  ['Vitamins and iron', /vitamin|folate|b12|ferritin|iron|transferrin|zinc|omega/],
  ['Blood pressure', /_bp$|blood_pressure/],
];

export const OTHER_PANEL = 'Other';

export function panelOf(code: string): string {
  return PANELS.find(([, words]) => words.test(code))?.[0] ?? OTHER_PANEL;
}

/** Every panel, in the order in which they are shown. */
export const PANEL_NAMES: readonly string[] = [...PANELS.map(([panel]) => panel), OTHER_PANEL];

/** Of a result so many digits mean something: 90.00000000000001 is 90. */
const DIGITS = 4;

const MEASURED = new Intl.NumberFormat('en-US', { maximumFractionDigits: 10 });

/** A measured number for people: `5.213` for 5.21334, `1,234` whole. */
export function renderMeasured(value: number): string {
  const rounded = Math.abs(value) >= 10 ** DIGITS ? Math.round(value) : Number(value.toPrecision(DIGITS));
  return MEASURED.format(rounded);
}

/** `total_cholesterol#2` is `total cholesterol (2)`; what has no code of its own goes by its printed name. */
export function renderCode(code: string): string {
  return code
    .replace(/^unmatched:/, '')
    .replace(/#(\d+)$/, ' ($1)')
    .replaceAll('_', ' ');
}

/** A UCUM unit as it is printed: `m[IU]/L` is `mIU/L`, `10*9/L` is `10^9/L`, `Cel` is `°C`; `1`, of a mere number, is nothing. */
export function renderUnit(unit: string): string {
  return unit
    .replace(/^1$/, '')
    .replace(/^Cel$/, '°C')
    .replaceAll(/[[\]{}]/g, '')
    .replaceAll('_', ' ')
    .replaceAll('10*', '10^');
}

/** A reference range, empty where there is none. */
export function renderRange(low: number | null, high: number | null): string {
  if (low === null) return high === null ? '' : `<= ${renderMeasured(high)}`;
  return high === null ? `>= ${renderMeasured(low)}` : `${renderMeasured(low)} - ${renderMeasured(high)}`;
}
