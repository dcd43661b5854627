import { describe, expect, it } from 'vitest';
import migration from '../../../migrations/0006_wide_canonical_units.sql?raw';
import { WIDE_BIOMARKERS } from '../contract/tables.ts';
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
    ['glucose', 'g/L'],
    ['glucose', 'furlong'],
    ['total_testosterone', 'ng/mL'],
    ['mcv', 'mmol/L'],
    ['glucose', 'constructor'],
  ])('keeps %s in %s as printed, with its value', (code, printed) => {
    expect(stored(code, printed, 7)).toEqual([7, printed]);
  });

  it('knows no unit where none is printed', () => {
    expect(stored('glucose', null, 7)).toEqual([7, null]);
  });

  it('leaves codes outside the wide view as printed', () => {
    expect(stored('ferritin', 'µg/l', 7)).toEqual([7, 'µg/l']);
    expect(stored('glucose#2', 'mmol/L', 7)).toEqual([7, 'mmol/L']);
    expect(canonicalUnit('constructor')).toBeNull();
  });
});
