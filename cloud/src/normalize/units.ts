import { type Convert, dividedBy, same, times } from './convert.ts';
import { CELLS_GIGA, CHOLESTEROL, type CodeUnits, ELECTROLYTE, ENZYME, OTHER_UNITS } from './other-units.ts';
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

const CELLS_TERA = { '10*6/uL': same, '/uL': dividedBy(1_000_000), '10*5/uL': dividedBy(10) };

/** Other units a lab may print, with the way from each to the canonical one. */
const KNOWN_OTHERS: Readonly<Record<string, Readonly<Record<string, Convert>>>> = {
  total_cholesterol: CHOLESTEROL,
  hdl_cholesterol: CHOLESTEROL,
  ldl_cholesterol: CHOLESTEROL,
  triglycerides: { 'mmol/L': times(88.57), 'g/L': times(100) },
  glucose: { 'mmol/L': times(18.016), 'g/L': times(100) },
  // IFCC to NGSP master equation.
  hba1c: { 'mmol/mol': (value) => withoutNoise(0.0915 * value + 2.15) },
  insulin: { 'pmol/L': dividedBy(6), 'm[IU]/L': same },
  creatinine: { 'umol/L': dividedBy(88.42), 'mmol/L': dividedBy(0.08842), 'mg/L': dividedBy(10) },
  sodium: ELECTROLYTE,
  potassium: ELECTROLYTE,
  alt: ENZYME,
  ast: ENZYME,
  crp: { 'mg/dL': times(10), 'ug/mL': same },
  white_blood_cell: CELLS_GIGA,
  platelet: CELLS_GIGA,
  red_blood_cell: CELLS_TERA,
  hemoglobin: { 'g/L': dividedBy(10), 'mmol/L': times(1.6114) },
  hematocrit: { 'L/L': times(100) },
  total_testosterone: { 'nmol/L': times(28.84), 'ng/mL': times(100), 'ug/L': times(100) },
  tsh: { 'u[IU]/mL': same },
};

type UnitsOfCode = Pick<CodeUnits, 'unit' | 'others'>;

/** Of every code of which it is known: how it is stored, and the way there from other units. */
export const UNITS_BY_CODE: ReadonlyMap<string, UnitsOfCode> = new Map<string, UnitsOfCode>([
  ...OTHER_UNITS.flatMap(({ codes, unit, others }) =>
    codes.map((code): [string, UnitsOfCode] => [code, { unit, others }]),
  ),
  ...Object.entries(CANONICAL_UNITS).map(([code, unit]): [string, UnitsOfCode] => [
    code,
    { unit, others: KNOWN_OTHERS[code] ?? {} },
  ]),
]);

/** The unit in which results of a code are stored, null for a code of which none is known. */
export function canonicalUnit(code: string): string | null {
  return UNITS_BY_CODE.get(code)?.unit ?? null;
}

/**
 * The unit a result is stored in, and the way there for its value and its reference range. A unit that is
 * unknown for the code is kept as printed with the value as it is, and stays out of the wide view.
 */
export function storedUnit(
  code: string,
  printed: string | null,
): { readonly unit: string | null; readonly convert: Convert } {
  const known = UNITS_BY_CODE.get(code);
  if (known === undefined || printed === null) return { unit: printed, convert: same };
  const spelling = ucumSpelling(printed);
  if (spelling === known.unit) return { unit: known.unit, convert: same };
  const convert = Object.hasOwn(known.others, spelling) ? known.others[spelling] : undefined;
  return convert === undefined ? { unit: printed, convert: same } : { unit: known.unit, convert };
}
