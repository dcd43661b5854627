import { describe, expect, it } from 'vitest';
import { WIDE_BIOMARKERS } from '../contract/tables.ts';
import { BIOMARKER_ALIASES, ReportCodes } from './lab-codes.ts';

const DAY = '2026-03-01';

function codesOf(
  ...results: readonly (readonly [key: string | null, name?: string | null])[]
): readonly string[] {
  const codes = new ReportCodes();
  return results.map(([key, name]) => codes.codeFor(DAY, key, name ?? null));
}

describe('ReportCodes', () => {
  it.each([
    ['cholesterol', 'total_cholesterol'],
    ['cholesterol_total', 'total_cholesterol'],
    ['glucose_fasting', 'glucose'],
    ['hemoglobin_a1c', 'hba1c'],
    ['alanine_aminotransferase', 'alt'],
    ['aspartate_aminotransferase', 'ast'],
    ['c_reactive_protein', 'crp'],
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
    expect(BIOMARKER_ALIASES.size).toBe(13);
  });

  it('leads every alias to a code of the wide view', () => {
    const wide: readonly string[] = Object.values(WIDE_BIOMARKERS);
    expect([...BIOMARKER_ALIASES.values()].filter((code) => !wide.includes(code))).toEqual([]);
  });

  it('keeps a key without an alias as it is', () => {
    expect(codesOf(['ferritin'], ['Vitamin-D 25'], ['constructor'])).toEqual([
      'ferritin',
      'Vitamin-D 25',
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
      'glucose',
      'glucose_fasting',
      'glucose#2',
      'glucose#3',
      'glucose#4',
    ]);
    expect(codesOf(['cholesterol'], ['cholesterol_total'], ['cholesterol'], ['cholesterol'])).toEqual([
      'total_cholesterol',
      'cholesterol_total',
      'cholesterol',
      'total_cholesterol#2',
    ]);
    expect(codesOf([null, 'Ratio'], [null, 'ratio'])).toEqual(['unmatched:ratio', 'unmatched:ratio#2']);
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
    const codes = new ReportCodes();
    expect(codes.codeFor('2026-03-01', 'glucose', null)).toBe('glucose');
    expect(codes.codeFor('2025-03-01', 'glucose', null)).toBe('glucose');
    expect(codes.codeFor('2025-03-01', 'glucose', null)).toBe('glucose#2');
  });

  it('numbers a hundred thousand equal names without looking at each other', () => {
    const codes = new ReportCodes();
    let last = '';
    for (let index = 0; index < 100_000; index += 1) last = codes.codeFor(DAY, 'glucose', null);
    expect(last).toBe('glucose#100000');
  });
});
