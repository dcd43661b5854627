import { describe, expect, it } from 'vitest';
import { WIDE_BIOMARKERS } from '../contract/tables.ts';
import { assignCodes, BIOMARKER_ALIASES, type Claim, ownCode } from './lab-codes.ts';

const DAY = '2026-03-01';

type Given = readonly [
  key: string | null,
  name?: string | null,
  more?: Partial<Claim> & { specimen?: string },
];

function codesOf(...results: readonly Given[]): readonly string[] {
  return assignCodes(
    results.map(([key, name = null, { specimen = null, ...more } = {}]) => ({
      drawDate: DAY,
      knowledge: 2,
      isCanonicalUnit: true,
      ...ownCode({ key, name, specimen }),
      ...more,
    })),
  );
}

describe('the codes of a report', () => {
  it.each([
    ['cholesterol', 'total_cholesterol'],
    ['cholesterol_total', 'total_cholesterol'],
    ['glucose_fasting', 'glucose'],
    ['hemoglobin_a1c', 'hba1c'],
    ['alanine_aminotransferase', 'alt'],
    ['aspartate_aminotransferase', 'ast'],
    ['c_reactive_protein', 'crp'],
    ['c_reactive_protein_hs', 'crp'],
    ['hemoglobin_blood', 'hemoglobin'],
    ['HBA1C', 'hba1c'],
    ['Glucose Fasting', 'glucose'],
    ['Alanine-Aminotransferase', 'alt'],
    ['white_blood_cell_count', 'white_blood_cell'],
    ['red_blood_cell_count', 'red_blood_cell'],
    ['platelet_count', 'platelet'],
    ['mean_corpuscular_volume', 'mcv'],
    ['testosterone_total', 'total_testosterone'],
    ['thyroid_stimulating_hormone', 'tsh'],
  ])('stores %s as %s', (key, code) => {
    expect(codesOf([key])).toEqual([code]);
  });

  it('has no other alias', () => {
    expect(BIOMARKER_ALIASES.size).toBe(15);
  });

  it('leads every alias to a code of the wide view', () => {
    const wide: readonly string[] = Object.values(WIDE_BIOMARKERS);
    expect([...BIOMARKER_ALIASES.values()].filter((code) => !wide.includes(code))).toEqual([]);
  });

  it('keeps a key without an alias as it is', () => {
    expect(codesOf(['ferritin'], ['Vitamin-D 25'], ['constructor'])).toEqual([
      'ferritin',
      'vitamin_d_25',
      'constructor',
    ]);
  });

  it('names a result without a key by what the lab printed', () => {
    expect(
      codesOf([null, 'Lp(a) Ratio'], [null, ' Vitamin D, 25-OH '], [null, 'HÄMOGLOBIN'], [null, '血糖']),
    ).toEqual([
      'unmatched:lp_a_ratio',
      'unmatched:vitamin_d_25_oh',
      'unmatched:hämoglobin',
      'unmatched:血糖',
    ]);
    expect(codesOf([null, null], [null, ' -- '])).toEqual(['unmatched:unnamed', 'unmatched:unnamed#2']);
    expect(codesOf([null, 'x'.repeat(300)])).toEqual([`unmatched:${'x'.repeat(200)}`]);
  });

  it('never gives an unmatched name the code of an alias', () => {
    expect(codesOf([null, 'cholesterol'])).toEqual(['unmatched:cholesterol']);
  });

  it('gives a second result on a taken code its own key, and failing that a number', () => {
    expect(codesOf(['glucose'], ['glucose_fasting'], ['glucose'], ['glucose_fasting'], ['glucose'])).toEqual([
      'glucose#2',
      'glucose',
      'glucose#3',
      'glucose_fasting',
      'glucose#4',
    ]);
    expect(codesOf(['total_cholesterol'], ['cholesterol_total'], ['cholesterol'], ['cholesterol'])).toEqual([
      'total_cholesterol#2',
      'cholesterol_total',
      'total_cholesterol',
      'cholesterol',
    ]);
    expect(codesOf([null, 'Ratio'], [null, 'ratio'])).toEqual(['unmatched:ratio', 'unmatched:ratio#2']);
  });

  it('gives a code to a known value, then to the canonical unit, then to the first alias, in any order', () => {
    const fasting: Given = ['glucose_fasting', null, { knowledge: 0 }];
    const unknownUnit: Given = ['glucose_fasting', null, { isCanonicalUnit: false }];
    const text: Given = ['glucose_fasting', null, { knowledge: 1 }];
    const random: Given = ['glucose', null];
    for (const other of [fasting, unknownUnit, text]) {
      expect(codesOf(random, other)).toEqual(['glucose', 'glucose_fasting']);
      expect(codesOf(other, random)).toEqual(['glucose_fasting', 'glucose']);
    }
    expect(codesOf(random, ['glucose_fasting'])).toEqual(['glucose#2', 'glucose']);
    expect(codesOf(['glucose_fasting'], random)).toEqual(['glucose', 'glucose#2']);
  });

  it('makes a code of a specimen that is known and is not blood, serum or plasma', () => {
    const of = (specimen: string, key = 'creatinine') => codesOf([key, null, { specimen }])[0];
    expect(['Urine', 'spot urine', 'CSF', '24h urine'].map((one) => of(one))).toEqual([
      'creatinine_urine',
      'creatinine_urine',
      'creatinine_csf',
      'creatinine_24h_urine',
    ]);
    for (const urine of ['random urine', 'urine spot', 'Urine, random', 'Midstream urine']) {
      expect(of(urine)).toBe('creatinine_urine');
    }
    for (const blood of [
      'Serum',
      'plasma',
      'Whole Blood',
      'Serum/Plasma',
      'EDTA blood',
      'ser',
      'Ser/Plas',
      'BLD',
    ]) {
      expect(of(blood)).toBe('creatinine');
    }
    for (const nothing of ['unknown', 'Unspecified', 'other', 'not specified', 'N/A', ' ']) {
      expect(of(nothing)).toBe('creatinine');
    }
    expect(of('urine', 'creatinine_urine')).toBe('creatinine_urine');
    expect(codesOf(['creatinine', null, { specimen: 'urine' }], ['creatinine'])).toEqual([
      'creatinine_urine',
      'creatinine',
    ]);
  });

  it('converts by the code without specimen and without number', () => {
    expect(ownCode({ key: 'creatinine', name: null, specimen: 'urine' }).base).toBe('creatinine');
    expect(ownCode({ key: 'creatinine_urine', name: null, specimen: null }).base).toBe('creatinine');
    expect(ownCode({ key: 'Glucose Fasting', name: null, specimen: null }).base).toBe('glucose');
  });

  it('never gives one code twice, even where a key looks like a numbered one', () => {
    expect(codesOf(['glucose#2'], ['glucose'], ['glucose'], ['glucose#2'])).toEqual([
      'glucose#2',
      'glucose',
      'glucose#3',
      'glucose#2#2',
    ]);
  });

  it('takes a code per date, so that earlier values printed beside the new one keep it', () => {
    const earlier = { drawDate: '2025-03-01' };
    expect(codesOf(['glucose'], ['glucose', null, earlier], ['glucose', null, earlier])).toEqual([
      'glucose',
      'glucose',
      'glucose#2',
    ]);
  });

  it('numbers a hundred thousand equal names without looking at each other', () => {
    const codes = codesOf(...Array.from({ length: 100_000 }, (): Given => ['glucose']));
    expect(codes.at(-1)).toBe('glucose#100000');
  });
});
