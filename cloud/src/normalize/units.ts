import { withoutNoise } from './ranges.ts';
import { ucumSpelling } from './unit-spelling.ts';

/** The one unit (UCUM) in which each code of the wide view is stored. */
export const CANONICAL_UNITS: Readonly<Record<string, string>> = {
  total_cholesterol: 'mg/dL',
  hdl_cholesterol: 'mg/dL',
  ldl_cholesterol: 'mg/dL',
  triglycerides: 'mg/dL',
  glucose: 'mg/dL',
  hba1c: '%',
  insulin: 'u[IU]/mL',
  creatinine: 'mg/dL',
  sodium: 'mmol/L',
  potassium: 'mmol/L',
  alt: '[IU]/L',
  ast: '[IU]/L',
  crp: 'mg/L',
  white_blood_cell: '10*9/L',
  red_blood_cell: '10*12/L',
  platelet: '10*9/L',
  hemoglobin: 'g/dL',
  hematocrit: '%',
  mcv: 'fL',
  total_testosterone: 'ng/dL',
  tsh: 'm[IU]/L',
  systolic_bp: 'mm[Hg]',
  diastolic_bp: 'mm[Hg]',
};

type Convert = (value: number) => number;

const same: Convert = (value) => value;
const times =
  (factor: number): Convert =>
  (value) =>
    withoutNoise(value * factor);
const dividedBy =
  (divisor: number): Convert =>
  (value) =>
    withoutNoise(value / divisor);

const CHOLESTEROL = { 'mmol/L': times(38.67) };
const ELECTROLYTE = { 'meq/L': same };
const ENZYME = { 'U/L': same, 'ukat/L': times(60) };
/** `g/L` is how a printed `G/L`, giga per litre, reads once its case is gone; cells have no grams. */
const CELLS_GIGA = { '10*3/uL': same, 'g/L': same };
const CELLS_TERA = { '10*6/uL': same };

/** Other units a lab may print, with the way from each to the canonical one. */
const KNOWN_OTHERS: Readonly<Record<string, Readonly<Record<string, Convert>>>> = {
  total_cholesterol: CHOLESTEROL,
  hdl_cholesterol: CHOLESTEROL,
  ldl_cholesterol: CHOLESTEROL,
  triglycerides: { 'mmol/L': times(88.57) },
  glucose: { 'mmol/L': times(18.016) },
  // IFCC to NGSP master equation.
  hba1c: { 'mmol/mol': (value) => withoutNoise(0.0915 * value + 2.15) },
  insulin: { 'pmol/L': dividedBy(6), 'm[IU]/L': same },
  creatinine: { 'umol/L': dividedBy(88.42) },
  sodium: ELECTROLYTE,
  potassium: ELECTROLYTE,
  alt: ENZYME,
  ast: ENZYME,
  crp: { 'mg/dL': times(10) },
  white_blood_cell: CELLS_GIGA,
  platelet: CELLS_GIGA,
  red_blood_cell: CELLS_TERA,
  hemoglobin: { 'g/L': dividedBy(10), 'mmol/L': times(1.6114) },
  hematocrit: { 'L/L': times(100) },
  total_testosterone: { 'nmol/L': times(28.84) },
  tsh: { 'u[IU]/mL': same },
};

/** The canonical unit of a code, null for a code that is not in the wide view. */
export function canonicalUnit(code: string): string | null {
  return Object.hasOwn(CANONICAL_UNITS, code) ? (CANONICAL_UNITS[code] ?? null) : null;
}

/**
 * The unit a result is stored in, and the way there for its value and its reference range. A unit that is
 * unknown for the code is kept as printed with the value as it is, and stays out of the wide view.
 */
export function storedUnit(
  code: string,
  printed: string | null,
): { readonly unit: string | null; readonly convert: Convert } {
  const canonical = canonicalUnit(code);
  if (canonical === null || printed === null) return { unit: printed, convert: same };
  const spelling = ucumSpelling(printed);
  if (spelling === canonical) return { unit: canonical, convert: same };
  const others = KNOWN_OTHERS[code] ?? {};
  const convert = Object.hasOwn(others, spelling) ? others[spelling] : undefined;
  return convert === undefined ? { unit: printed, convert: same } : { unit: canonical, convert };
}
