import { describe, expect, it } from 'vitest';
import migration from '../../../migrations/0006_wide_canonical_units.sql?raw';
import { WIDE_BIOMARKERS } from '../contract/tables.ts';
import { OTHER_UNITS } from './other-units.ts';
import { CANONICAL_UNITS, canonicalUnit, storedUnit } from './units.ts';

/** Each code and unit of the wide view as the migration marked the rows from before: said there a second time. */
const MIGRATED = new Map(
  [...migration.matchAll(/when unit = '([^']+)' and code in \(([^)]*)\)/g)].flatMap(([, unit = '', codes]) =>
    quoted(codes).map((code) => [code, unit] as const),
  ),
);

function quoted(list = ''): readonly string[] {
  return [...list.matchAll(/'([^']+)'/g)].map(([, text = '']) => text);
}

function stored(code: string, unit: string | null, value: number): readonly [number, string | null] {
  const target = storedUnit(code, unit);
  return [target.convert(value), target.unit];
}

describe('the wide view', () => {
  const codes = Object.values(WIDE_BIOMARKERS);

  it('has one unit for each of its codes, the one the rows from before are marked by', () => {
    expect(CANONICAL_UNITS).toEqual(Object.fromEntries(MIGRATED));
    expect(new Set(Object.keys(CANONICAL_UNITS))).toEqual(new Set(codes));
  });

  it('marked the rows of its codes and of no others', () => {
    expect(quoted(/where code in \(([^)]*)\)/.exec(migration)?.[1])).toEqual(codes);
  });

  it('has in the database the columns of the contract', () => {
    const columns = migration.matchAll(/when code = '(\w+)' and canonical = 1 then value end\) as (\w+)/g);
    expect(Object.fromEntries(Array.from(columns, ([, code, column]) => [column, code]))).toEqual(
      WIDE_BIOMARKERS,
    );
  });
});

describe('storedUnit', () => {
  it.each([...MIGRATED])('keeps %s in %s as it is', (code, unit) => {
    expect(stored(code, unit, 5.123456789012345)).toEqual([5.123456789012345, unit]);
  });

  it.each([
    ['total_cholesterol', 'mmol/L', 5.2, 201.084, 'mg/dL'],
    ['hdl_cholesterol', 'mmol/L', 1.4, 54.138, 'mg/dL'],
    ['ldl_cholesterol', 'mmol/L', 3, 116.01, 'mg/dL'],
    ['triglycerides', 'mmol/L', 1.7, 150.569, 'mg/dL'],
    ['glucose', 'mmol/L', 5.5, 99.088, 'mg/dL'],
    ['hba1c', 'mmol/mol', 42, 5.993, '%'],
    ['insulin', 'pmol/L', 60, 10, 'u[IU]/mL'],
    ['insulin', 'pmol/L', 50, 8.33333333333, 'u[IU]/mL'],
    ['insulin', 'm[IU]/L', 8.5, 8.5, 'u[IU]/mL'],
    ['creatinine', 'umol/L', 88.42, 1, 'mg/dL'],
    ['sodium', 'meq/L', 140, 140, 'mmol/L'],
    ['potassium', 'meq/L', 4.1, 4.1, 'mmol/L'],
    ['alt', 'U/L', 25, 25, '[IU]/L'],
    ['alt', 'ukat/L', 0.5, 30, '[IU]/L'],
    ['ast', 'U/L', 25, 25, '[IU]/L'],
    ['ast', 'ukat/L', 0.35, 21, '[IU]/L'],
    ['crp', 'mg/dL', 0.3, 3, 'mg/L'],
    ['white_blood_cell', '10*3/uL', 6.1, 6.1, '10*9/L'],
    ['platelet', '10*3/uL', 250, 250, '10*9/L'],
    ['red_blood_cell', '10*6/uL', 4.8, 4.8, '10*12/L'],
    ['hemoglobin', 'g/L', 142, 14.2, 'g/dL'],
    ['hemoglobin', 'mmol/L', 9, 14.5026, 'g/dL'],
    ['hematocrit', 'L/L', 0.45, 45, '%'],
    ['total_testosterone', 'nmol/L', 20, 576.8, 'ng/dL'],
    ['tsh', 'u[IU]/mL', 2.1, 2.1, 'm[IU]/L'],
    ['total_cholesterol', 'g/L', 2.1, 210, 'mg/dL'],
    ['hdl_cholesterol', 'g/L', 0.5, 50, 'mg/dL'],
    ['ldl_cholesterol', 'g/L', 1.2, 120, 'mg/dL'],
    ['triglycerides', 'g/L', 1.1, 110, 'mg/dL'],
    ['glucose', 'g/L', 0.92, 92, 'mg/dL'],
    ['creatinine', 'mg/L', 9, 0.9, 'mg/dL'],
    ['creatinine', 'mmol/L', 0.08842, 1, 'mg/dL'],
    ['total_testosterone', 'ng/mL', 5.5, 550, 'ng/dL'],
    ['crp', 'ug/mL', 3, 3, 'mg/L'],
    ['white_blood_cell', 'cells/uL', 6_100, 6.1, '10*9/L'],
    ['white_blood_cell', '/cumm', 6_100, 6.1, '10*9/L'],
    ['white_blood_cell', 'thousands/cumm', 6.1, 6.1, '10*9/L'],
    ['platelet', 'lakhs/cu.mm', 2.5, 250, '10*9/L'],
    ['platelet', 'Lakh/cumm', 2.5, 250, '10*9/L'],
    ['platelet', 'Tsd/µl', 250, 250, '10*9/L'],
    ['red_blood_cell', 'Mio/µl', 4.8, 4.8, '10*12/L'],
    ['red_blood_cell', '/mm3', 4_800_000, 4.8, '10*12/L'],
    ['hemoglobin', 'gm%', 14, 14, 'g/dL'],
    ['red_blood_cell', 'lakhs/cumm', 48, 4.8, '10*12/L'],
    ['total_testosterone', 'µg/L', 5.5, 550, 'ng/dL'],
    ['glucose', 'mgs/dL', 92, 92, 'mg/dL'],
    ['mcv', 'µm³', 90, 90, 'fL'],
  ])('converts %s from %s', (code, printed, value, converted, unit) => {
    expect(stored(code, printed, value)).toEqual([converted, unit]);
  });

  it.each([
    ['glucose', 'MG/DL', 'mg/dL'],
    ['insulin', 'µIU/mL', 'u[IU]/mL'],
    ['alt', 'IU/L', '[IU]/L'],
    ['white_blood_cell', 'K/uL', '10*9/L'],
    ['white_blood_cell', 'G/L', '10*9/L'],
    ['platelet', '10^9/L', '10*9/L'],
    ['red_blood_cell', 'T/L', '10*12/L'],
    ['red_blood_cell', 'M/µL', '10*12/L'],
    ['mcv', 'fl', 'fL'],
    ['tsh', 'mIU/L', 'm[IU]/L'],
    ['systolic_bp', 'mmHg', 'mm[Hg]'],
  ])('stores %s printed in %s as %s', (code, printed, unit) => {
    expect(stored(code, printed, 7)).toEqual([7, unit]);
  });

  it.each([
    ['glucose', 'g%'],
    ['glucose', 'furlong'],
    ['lipoprotein_a', 'nmol/L'],
    ['mcv', 'mmol/L'],
    ['glucose', 'constructor'],
  ])('keeps %s in %s as printed, with its value', (code, printed) => {
    expect(stored(code, printed, 7)).toEqual([7, printed]);
  });

  it('knows no unit where none is printed', () => {
    expect(stored('glucose', null, 7)).toEqual([7, null]);
  });

  it('leaves codes that it does not know as printed', () => {
    expect(stored('something_new', 'µg/l', 7)).toEqual([7, 'µg/l']);
    expect(canonicalUnit('constructor')).toBeNull();
  });
});

/** Molar masses in g/mol: PubChem, from the formula. Albumin's and transferrin's series are masses alone. */
const MOLAR_MASS = {
  cortisol: 362.46, // C21H30O5
  estradiol: 272.38, // C18H24O2
  progesterone: 314.46, // C21H30O2
  testosterone: 288.42, // C19H28O2
  'dehydroepiandrosterone sulfate': 368.49, // C19H28O5S
  triiodothyronine: 650.97, // C15H12I3NO4
  thyroxine: 776.87, // C15H11I4NO4
  calcidiol: 400.64, // C27H44O2
  'folic acid': 441.4, // C19H19N7O6
  cobalamin: 1_355.37, // C63H88CoN14O14P
  urea: 60.06, // CH4N2O
  'nitrogen of urea': 28.014, // 2 N
  'uric acid': 168.11, // C5H4N4O3
  bilirubin: 584.66, // C33H36N4O6
  homocysteine: 135.19, // C4H9NO2S
  calcium: 40.078,
  magnesium: 24.305,
  phosphorus: 30.974,
  iron: 55.845,
} as const;

describe('an amount of substance becomes a mass by its molar mass', () => {
  /** How many of the stored unit are in one g/L: a mole per litre of M g/mol is M g/L. */
  const PER_GRAM_A_LITRE = { 'mg/dL': 1e2, 'ug/dL': 1e5, 'ng/dL': 1e8, 'ng/mL': 1e6, 'pg/mL': 1e9 } as const;
  const MOLES = { 'mmol/L': 1e-3, 'umol/L': 1e-6, 'nmol/L': 1e-9, 'pmol/L': 1e-12 } as const;

  it.each([
    ['vitamin_d', 'nmol/L', 'ng/mL', 'calcidiol'],
    ['vitamin_d_25_hydroxy', 'nmol/L', 'ng/mL', 'calcidiol'],
    ['vitamin_b12', 'pmol/L', 'pg/mL', 'cobalamin'],
    ['folate', 'nmol/L', 'ng/mL', 'folic acid'],
    ['iron', 'umol/L', 'ug/dL', 'iron'],
    ['tibc', 'umol/L', 'ug/dL', 'iron'],
    ['urea', 'mmol/L', 'mg/dL', 'urea'],
    ['bun', 'mmol/L', 'mg/dL', 'nitrogen of urea'],
    ['uric_acid', 'umol/L', 'mg/dL', 'uric acid'],
    ['uric_acid', 'mmol/L', 'mg/dL', 'uric acid'],
    ['free_t3', 'pmol/L', 'pg/mL', 'triiodothyronine'],
    ['total_t3', 'nmol/L', 'ng/dL', 'triiodothyronine'],
    ['free_t4', 'pmol/L', 'ng/dL', 'thyroxine'],
    ['total_t4', 'nmol/L', 'ug/dL', 'thyroxine'],
    ['estradiol', 'pmol/L', 'pg/mL', 'estradiol'],
    ['progesterone', 'nmol/L', 'ng/mL', 'progesterone'],
    ['cortisol', 'nmol/L', 'ug/dL', 'cortisol'],
    ['dhea_s', 'umol/L', 'ug/dL', 'dehydroepiandrosterone sulfate'],
    ['free_testosterone', 'pmol/L', 'pg/mL', 'testosterone'],
    ['calcium', 'mmol/L', 'mg/dL', 'calcium'],
    ['magnesium', 'mmol/L', 'mg/dL', 'magnesium'],
    ['phosphate', 'mmol/L', 'mg/dL', 'phosphorus'],
    ['bilirubin_total', 'umol/L', 'mg/dL', 'bilirubin'],
  ] as const)('%s from %s to %s', (code, printed, unit, substance) => {
    const [value, storedAs] = stored(code, printed, 100);
    const exact = 100 * MOLES[printed] * MOLAR_MASS[substance] * PER_GRAM_A_LITRE[unit];
    expect(storedAs).toBe(unit);
    expect(Math.abs(value / exact - 1)).toBeLessThan(0.001);
  });

  it('the other way for homocysteine', () => {
    const [value, unit] = stored('homocysteine', 'mg/L', 2);
    expect(unit).toBe('umol/L');
    expect(value).toBeCloseTo((2 / MOLAR_MASS.homocysteine) * 1_000, 2);
  });
});

describe('a code outside the wide view', () => {
  it.each([
    ['vitamin_d', 'ng/mL', 30, 30, 'ng/mL'],
    ['vitamin_d', 'µg/L', 30, 30, 'ng/mL'],
    ['vitamin_b12', 'ng/L', 400, 400, 'pg/mL'],
    ['ferritin', 'µg/l', 80, 80, 'ng/mL'],
    ['ferritin', 'ug/L', 80, 80, 'ng/mL'],
    ['ferritin', 'pmol/L', 224.7, 100, 'ng/mL'],
    ['folate', 'µg/L', 8, 8, 'ng/mL'],
    ['tibc', 'µg/L', 3_000, 300, 'ug/dL'],
    ['urea', 'mg/L', 300, 30, 'mg/dL'],
    ['free_t3', 'ng/dL', 0.3, 3, 'pg/mL'],
    ['free_t4', 'ng/L', 12, 1.2, 'ng/dL'],
    ['total_t3', 'ng/mL', 1.2, 120, 'ng/dL'],
    ['total_t3', 'µg/L', 1.2, 120, 'ng/dL'],
    ['total_t4', 'µg/L', 80, 8, 'ug/dL'],
    ['total_t4', 'ng/mL', 80, 8, 'ug/dL'],
    ['estradiol', 'ng/L', 100, 100, 'pg/mL'],
    ['progesterone', 'µg/L', 9, 9, 'ng/mL'],
    ['cortisol', 'µg/L', 120, 12, 'ug/dL'],
    ['dhea_s', 'µg/L', 2_500, 250, 'ug/dL'],
    ['dhea_s', 'ng/mL', 2_500, 250, 'ug/dL'],
    ['free_testosterone', 'ng/L', 90, 90, 'pg/mL'],
    ['free_testosterone', 'ng/dL', 9, 90, 'pg/mL'],
    ['lh', 'U/L', 5, 5, '[IU]/L'],
    ['psa', 'µg/L', 1.1, 1.1, 'ng/mL'],
    ['magnesium', 'mg/L', 20, 2, 'mg/dL'],
    ['phosphate', 'mg/L', 35, 3.5, 'mg/dL'],
    ['bilirubin_total', 'mg/L', 8, 0.8, 'mg/dL'],
    ['iron', 'mcg/dL', 90, 90, 'ug/dL'],
    ['iron', 'ug/L', 900, 90, 'ug/dL'],
    ['iron', 'mg/L', 0.9, 90, 'ug/dL'],
    ['transferrin', 'g/L', 2.4, 240, 'mg/dL'],
    ['urea', 'g/L', 0.3, 30, 'mg/dL'],
    ['uric_acid', 'mg/L', 50, 5, 'mg/dL'],
    ['free_t3', 'ng/L', 3, 3, 'pg/mL'],
    ['free_t3', 'pg/dL', 300, 3, 'pg/mL'],
    ['free_t4', 'pg/mL', 12, 1.2, 'ng/dL'],
    ['cortisol', 'ng/mL', 120, 12, 'ug/dL'],
    ['calcium', 'meq/L', 5, 10.0195, 'mg/dL'],
    ['calcium', 'mg/L', 95, 9.5, 'mg/dL'],
    ['magnesium', 'mEq/L', 2, 2.4305, 'mg/dL'],
    ['chloride', 'mEq/L', 101, 101, 'mmol/L'],
    ['albumin', 'g/L', 42, 4.2, 'g/dL'],
    ['ggt', 'µkat/L', 0.5, 30, '[IU]/L'],
    ['fsh', 'mIU/mL', 6, 6, '[IU]/L'],
    ['prolactin', 'µg/L', 8, 8, 'ng/mL'],
    ['non_hdl_cholesterol', 'mmol/L', 3, 116.01, 'mg/dL'],
    ['apolipoprotein_b', 'g/L', 0.9, 90, 'mg/dL'],
    ['neutrophils_absolute', 'cells/cumm', 3_500, 3.5, '10*9/L'],
  ])('converts %s from %s', (code, printed, value, converted, unit) => {
    expect(stored(code, printed, value)).toEqual([converted, unit]);
  });

  it('stands in the table once', () => {
    const codes = OTHER_UNITS.flatMap(({ codes: some }) => some);
    expect(codes.length).toBe(new Set([...codes, ...Object.keys(CANONICAL_UNITS)]).size - MIGRATED.size);
  });
});
