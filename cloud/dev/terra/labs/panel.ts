import { between, type Random, rounded } from '../random.ts';

export type Measured =
  | { readonly kind: 'numeric'; readonly value: number }
  | { readonly kind: 'bounded'; readonly operator: 'lt' | 'gt'; readonly value: number }
  | { readonly kind: 'qualitative'; readonly text: string; readonly code: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'absent'; readonly reason: string };

/** One line of a report. */
export type LabResult = {
  /** The slug of the matched biomarker; null where the reader of the report knew none. */
  readonly key: string | null;
  readonly printedName: string;
  readonly loinc: string | null;
  readonly panel: string;
  readonly unit: string | null;
  readonly ucum: string | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly measured: Measured;
};

type Line = Omit<LabResult, 'measured'> & {
  readonly measure: (random: Random) => Measured;
};

function numeric(
  panel: string,
  key: string | null,
  printedName: string,
  loinc: string | null,
  [unit, ucum]: readonly [string, string | null],
  [low, high]: readonly [number | null, number | null],
  [least, most, decimals]: readonly [number, number, number],
): Line {
  const measure = (random: Random): Measured => ({
    kind: 'numeric',
    value: rounded(between(random, least, most), decimals),
  });
  return { panel, key, printedName, loinc, unit, ucum, low, high, measure };
}

function other(
  panel: string,
  key: string | null,
  printedName: string,
  [unit, ucum]: readonly [string | null, string | null],
  measured: Measured,
): Line {
  const low = measured.kind === 'bounded' && measured.operator === 'gt' ? measured.value : null;
  const high = measured.kind === 'bounded' && measured.operator === 'lt' ? 5 : null;
  return { panel, key, printedName, loinc: null, unit, ucum, low, high, measure: () => measured };
}

const MMOL: readonly [string, string] = ['mmol/L', 'mmol/L'];

/**
 * A check-up as a European laboratory prints it: SI units, slugs that other vocabularies spell otherwise,
 * two results for one biomarker (twice), bounds, words, a missing sample, and lines nobody could match.
 */
const LINES: readonly Line[] = [
  numeric('Lipids', 'total_cholesterol', 'Cholesterol', '2093-3', MMOL, [null, 5], [3.9, 6.4, 2]),
  numeric(
    'Lipids',
    'cholesterol_total',
    'Cholesterol (repeat)',
    null,
    ['mg/dL', 'mg/dL'],
    [null, 193],
    [150, 245, 0],
  ),
  numeric('Lipids', 'hdl_cholesterol', 'HDL', '2085-9', MMOL, [1, null], [0.9, 2, 2]),
  numeric('Lipids', 'ldl_cholesterol', 'LDL (calc.)', '13457-7', MMOL, [null, 3], [1.8, 4.2, 2]),
  numeric('Lipids', 'triglycerides', 'Triglycerides', '2571-8', MMOL, [null, 1.7], [0.6, 2.2, 2]),
  numeric('Metabolism', 'glucose_fasting', 'Glucose, fasting', '1558-6', MMOL, [3.9, 5.6], [4.2, 6, 1]),
  numeric('Metabolism', 'glucose', 'Glucose (meter)', null, ['mg/dL', 'mg/dL'], [70, 100], [76, 108, 0]),
  numeric(
    'Metabolism',
    'hemoglobin_a1c',
    'HbA1c (IFCC)',
    '59261-8',
    ['mmol/mol', 'mmol/mol'],
    [20, 42],
    [29, 43, 0],
  ),
  numeric('Metabolism', 'insulin', 'Insulin', '20448-7', ['pmol/L', 'pmol/L'], [18, 173], [24, 120, 0]),
  numeric('Kidney', 'creatinine', 'Creatinine', '14682-9', ['µmol/L', 'umol/L'], [59, 104], [60, 106, 0]),
  numeric('Kidney', 'sodium', 'Sodium', '2951-2', MMOL, [135, 145], [136, 144, 0]),
  numeric('Kidney', 'potassium', 'Potassium', '2823-3', ['mEq/L', 'meq/L'], [3.5, 5.1], [3.7, 5, 1]),
  other('Kidney', 'egfr', 'eGFR (CKD-EPI)', ['mL/min/1.73m²', 'mL/min/{1.73_m2}'], {
    kind: 'bounded',
    operator: 'gt',
    value: 90,
  }),
  numeric(
    'Liver',
    'alanine_aminotransferase',
    'ALT (GPT)',
    '1742-6',
    ['U/L', 'U/L'],
    [null, 50],
    [14, 56, 0],
  ),
  numeric(
    'Liver',
    'aspartate_aminotransferase',
    'AST (GOT)',
    '1920-8',
    ['µkat/L', 'ukat/L'],
    [null, 0.6],
    [0.2, 0.7, 2],
  ),
  other('Inflammation', 'c_reactive_protein', 'CRP', ['mg/L', 'mg/L'], {
    kind: 'bounded',
    operator: 'lt',
    value: 0.5,
  }),
  numeric(
    'Blood count',
    'white_blood_cell_count',
    'Leukocytes',
    '6690-2',
    ['10^3/µL', '10*3/uL'],
    [4, 10],
    [4.2, 9.6, 1],
  ),
  numeric(
    'Blood count',
    'red_blood_cell_count',
    'Erythrocytes',
    '789-8',
    ['10^6/µL', '10*6/uL'],
    [4.1, 5.7],
    [4.2, 5.6, 2],
  ),
  numeric(
    'Blood count',
    'platelet_count',
    'Thrombocytes',
    '777-3',
    ['10^9/L', '10*9/L'],
    [150, 400],
    [160, 380, 0],
  ),
  numeric('Blood count', 'hemoglobin', 'Haemoglobin', '718-7', ['g/L', 'g/L'], [130, 170], [126, 168, 0]),
  numeric('Blood count', 'hematocrit', 'Haematocrit', '4544-3', ['L/L', 'L/L'], [0.38, 0.5], [0.37, 0.5, 2]),
  numeric('Blood count', 'mean_corpuscular_volume', 'MCV', '787-2', ['fL', 'fL'], [80, 99], [82, 97, 0]),
  numeric(
    'Hormones',
    'testosterone_total',
    'Testosterone',
    '14913-8',
    ['nmol/L', 'nmol/L'],
    [8.6, 29],
    [9, 28, 1],
  ),
  numeric(
    'Hormones',
    'thyroid_stimulating_hormone',
    'TSH',
    '3016-3',
    ['µIU/mL', null],
    [0.4, 4],
    [0.6, 4.3, 2],
  ),
  numeric('Vitamins', 'ferritin', 'Ferritin', '2276-4', ['µg/L', 'ug/L'], [30, 300], [22, 240, 0]),
  numeric(
    'Vitamins',
    'vitamin_d_25_hydroxy',
    '25-OH vitamin D',
    '1989-3',
    ['nmol/L', 'nmol/L'],
    [50, 125],
    [34, 110, 0],
  ),
  numeric('Other', null, 'Lipoprotein(a), screening', null, ['nmol/L', 'nmol/L'], [null, 75], [8, 120, 0]),
  other('Other', null, 'Blood film', [null, null], { kind: 'text', text: 'Unremarkable; see comment.' }),
  other('Other', 'urine_nitrite', 'Nitrite (urine)', [null, null], {
    kind: 'qualitative',
    text: 'Negative',
    code: 'LA6577-6',
  }),
  other('Other', 'lactate_dehydrogenase', 'LDH', ['U/L', 'U/L'], {
    kind: 'absent',
    reason: 'sample haemolysed',
  }),
];

/** The same person's report looks the same for the same seed. */
export function panelOf(random: Random): readonly LabResult[] {
  return LINES.map(({ measure, ...line }) => ({ ...line, measured: measure(random) }));
}
