import { expect, it } from 'vitest';
import { ucumSpelling } from './unit-spelling.ts';

it.each([
  ['%', ['%', 'percent', '% of total Hgb', '%{HbA1c}', '% (NGSP)', 'PCT']],
  ['mg/dL', ['mg/dL', 'mg/dl', 'MG/DL', 'mg / dL', 'mg%', 'mg/100ml']],
  ['mg/L', ['mg/L', 'MG/L']],
  ['g/dL', ['g/dL', 'g/dl', 'gm/dL', 'G/DL', 'g%']],
  ['g/L', ['g/L', 'gm/L']],
  ['ng/dL', ['ng/dL', 'NG/DL']],
  ['nmol/L', ['nmol/L', 'nmol/l']],
  ['pmol/L', ['pmol/L']],
  ['umol/L', ['umol/L', 'µmol/L', 'μmol/l', 'mcmol/L', 'UMOL/L']],
  ['mmol/L', ['mmol/L', 'mmol/l', 'MMOL/L']],
  ['mmol/mol', ['mmol/mol', 'mmol/mol Hb', 'mmol/mol{Hb}']],
  ['meq/L', ['mEq/L', 'meq/l', 'MEQ/L']],
  ['u[IU]/mL', ['u[IU]/mL', 'uIU/mL', 'µIU/mL', 'μIU/ml', 'uU/mL', 'mcIU/mL', 'UIU/ML']],
  ['m[IU]/L', ['m[IU]/L', 'mIU/L', 'mU/L', 'mIU/l']],
  ['[IU]/L', ['[IU]/L', 'IU/L', 'iu/l']],
  ['U/L', ['U/L', 'u/l', 'Units/L']],
  ['ukat/L', ['ukat/L', 'µkat/L', 'mckat/l']],
  [
    '10*9/L',
    [
      '10*9/L',
      '10^9/L',
      'x10^9/L',
      'x 10⁹/L',
      '×10⁹/l',
      '10E9/L',
      '10e+09/L',
      '10**9/L',
      'Giga/L',
      'Bil/L',
      '/nL',
    ],
  ],
  [
    '10*3/uL',
    [
      '10*3/uL',
      '10^3/uL',
      'x10E3/uL',
      '10³/µL',
      '10x3/uL',
      'K/uL',
      'k/µL',
      'K/mcL',
      'Thousand/uL',
      'thou/mm3',
      'K/cumm',
      '10^3/mm³',
      '10*3/uL{cells}',
    ],
  ],
  ['10*12/L', ['10*12/L', '10^12/L', 'x10¹²/L', 'T/L', 'Tera/L', '/pL']],
  [
    '10*6/uL',
    ['10*6/uL', '10^6/uL', 'x10E6/uL', '10⁶/µL', 'M/uL', 'mil/uL', 'Million/uL', 'million/mm3', 'M/cmm'],
  ],
  ['L/L', ['L/L', 'l/l']],
  ['fL', ['fL', 'fl', 'FL']],
  ['mm[Hg]', ['mm[Hg]', 'mmHg', 'mm Hg', 'MMHG']],
])('reads %s in all its spellings', (ucum, printed) => {
  expect(printed.map((unit) => ucumSpelling(unit))).toEqual(printed.map(() => ucum));
});

it('leaves an unknown unit as printed', () => {
  for (const unit of ['furlong', 'mg', '10*9', '/uL', 'mL/min/{1.73_m2}', ''])
    expect(ucumSpelling(unit)).toBe(unit);
});
