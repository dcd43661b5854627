/**
 * Reports of five laboratories, made up after how laboratories of the United States, the United Kingdom, Germany,
 * France and India print, with the rows they become: `[draw_date, code, the columns that are known]`. `raw` and `source`
 * are left out; `view` says which codes the wide view shows.
 */
export type LabLayout = {
  readonly lab: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly rows: readonly (readonly [
    drawDate: string,
    code: string,
    columns: Readonly<Record<string, unknown>>,
  ])[];
  readonly view: Readonly<Record<string, number>>;
};

/** Flat: printed flags, numbers as text, thousands marks, a single range for each result. */
const UNITED_STATES: LabLayout = {
  lab: 'United States',
  body: {
    type: 'lab_report',
    session_id: 'us-1',
    report_date: '02/27/2026',
    results: [
      {
        biomarker: 'glucose',
        original_name: 'Glucose (random)',
        value: '160',
        display_units: 'mg/dL',
        collection_date: '02/26/2026',
        collection_time: '14:05',
      },
      {
        biomarker: 'glucose_fasting',
        original_name: 'Glucose, fasting',
        value: '99*',
        display_units: 'MG/DL',
        flag: null,
        collection_date: '02/26/2026',
        collection_time: '08:05',
        reference_range: { low: 65, high: 99 },
      },
      {
        biomarker: 'ldl_cholesterol',
        value: 131,
        display_units: 'mg/dL (calc)',
        flag: 'H',
        collection_date: '02/26/2026',
        reference_ranges: [
          { upper_bound: 100, classification: 'optimal', context: null },
          { lower_bound: 160, classification: 'high', context: null },
        ],
      },
      {
        biomarker: 'c_reactive_protein_hs',
        value: null,
        raw_value: '<0.3',
        value_lt: 0.3,
        display_units: 'mg/L',
        collection_date: '02/26/2026',
        reference_range: { low: null, high: 3 },
      },
      {
        biomarker: 'platelet_count',
        value: '1,250.5',
        display_units: 'Thousand/uL',
        flag: 'critical_high',
        collection_date: '02/26/2026',
      },
      {
        biomarker: null,
        original_name: 'HIV Ag/Ab, 4th Gen',
        value: null,
        qualitative_value: 'NON-REACTIVE',
        flag: 'normal',
        collection_date: '02/26/2026',
      },
    ],
  },
  rows: [
    [
      '2026-02-26',
      'crp',
      {
        value: 0.3,
        operator: '<',
        value_text: '<0.3',
        unit: 'mg/L',
        ref_high: 3,
        status: 'optimal',
        canonical: 0,
      },
    ],
    [
      '2026-02-26',
      'glucose',
      {
        value: 99,
        unit: 'mg/dL',
        ref_low: 65,
        ref_high: 99,
        status: 'optimal',
        measured_at: '2026-02-26T08:05:00.000',
        canonical: 1,
      },
    ],
    ['2026-02-26', 'glucose#2', { value: 160, unit: 'mg/dL', measured_at: '2026-02-26T14:05:00.000' }],
    [
      '2026-02-26',
      'ldl_cholesterol',
      { value: 131, unit: 'mg/dL (calc)', ref_high: 100, status: 'out_of_range', canonical: 0 },
    ],
    ['2026-02-26', 'platelet', { value: 1_250.5, unit: '10*9/L', status: 'out_of_range', canonical: 1 }],
    ['2026-02-26', 'unmatched:hiv_ag_ab_4th_gen', { value_text: 'NON-REACTIVE', status: 'optimal' }],
  ],
  view: { glucose: 99, platelet: 1_250.5 },
};

/** Layered: SI units, LOINC, specimens, bounds, ranges by context. */
const UNITED_KINGDOM: LabLayout = {
  lab: 'United Kingdom',
  body: {
    type: 'lab_report.completed',
    event_id: 'evt-uk',
    occurred_at: '2026-03-02T09:00:00Z',
    data: {
      session_id: 'uk-1',
      report_date: '2026-03-01',
      report_locale: 'en-GB',
      results: [
        {
          source: {
            name: 'Haemoglobin',
            value: '142',
            units: 'g/L',
            collection_date: '03/02/2026',
            collection_time: '09:30',
          },
          biomarker: { key: 'hemoglobin', loinc_code: '718-7', specimen: 'Blood' },
          measurement: { type: 'numeric', numeric: 142, units: 'g/L', ucum_code: 'g/L' },
          interpretation: { flag: null, source: 'none' },
          reference_ranges: [
            { lower: 130, upper: 170, type: 'normal', context: { sex: 'male' } },
            { lower: 115, upper: 155, type: 'normal', context: { sex: 'female' } },
          ],
        },
        {
          source: { name: 'HbA1c (IFCC)', value: '42', units: 'mmol/mol', collection_date: '03/02/2026' },
          biomarker: { key: 'HBA1C', loinc_code: '59261-8', specimen: 'Blood' },
          measurement: { type: 'numeric', numeric: 42, units: 'mmol/mol' },
          interpretation: {
            flag: 'borderline_high',
            source: 'report',
            applied_range: { lower: 20, upper: 41 },
          },
        },
        {
          source: { name: 'eGFR', value: '≥90', units: 'mL/min', collection_date: '03/02/2026' },
          biomarker: { key: 'egfr', loinc_code: '33914-3' },
          measurement: { type: 'bounded', bounded: { operator: 'gt', value: 90 }, units: 'mL/min' },
          interpretation: { flag: null, source: 'none' },
          reference_ranges: [{ lower: 60 }],
        },
        {
          source: {
            name: 'Creatinine (urine)',
            value: '8.8',
            units: 'mmol/L',
            collection_date: '03/02/2026',
          },
          biomarker: { key: 'creatinine', specimen: 'Urine' },
          measurement: { type: 'numeric', numeric: 8.842, ucum_code: 'mmol/L' },
          interpretation: { flag: null, source: 'none' },
        },
        {
          source: { name: 'Creatinine', value: '88', units: 'umol/L', collection_date: '03/02/2026' },
          biomarker: { key: 'creatinine', specimen: 'Serum' },
          measurement: { type: 'numeric', numeric: 88.42, ucum_code: 'umol/L' },
          interpretation: { flag: 'normal', source: 'computed' },
          reference_ranges: [{ lower: 44.21, upper: 106.104, type: 'reference' }],
        },
        {
          source: { name: 'Potassium', value: 'haemolysed', units: 'mmol/L', collection_date: '03/02/2026' },
          biomarker: { key: 'potassium', specimen: 'Serum' },
          measurement: { type: 'absent', absent_reason: 'haemolysed' },
          interpretation: { flag: null, source: 'none' },
        },
      ],
    },
  },
  rows: [
    [
      '2026-02-03',
      'creatinine',
      {
        value: 1,
        unit: 'mg/dL',
        ref_low: 0.5,
        ref_high: 1.2,
        status: 'optimal',
        specimen: 'serum',
        canonical: 1,
      },
    ],
    ['2026-02-03', 'creatinine_urine', { value: 100, unit: 'mg/dL', specimen: 'urine' }],
    [
      '2026-02-03',
      'egfr',
      {
        value: 90,
        operator: '>=',
        value_text: '≥90',
        unit: 'mL/min',
        ref_low: 60,
        status: 'optimal',
        loinc: '33914-3',
      },
    ],
    [
      '2026-02-03',
      'hba1c',
      {
        value: 5.993,
        unit: '%',
        ref_low: 3.98,
        ref_high: 5.9015,
        status: 'borderline',
        specimen: 'blood',
        loinc: '59261-8',
        canonical: 1,
      },
    ],
    [
      '2026-02-03',
      'hemoglobin',
      {
        value: 14.2,
        unit: 'g/dL',
        specimen: 'blood',
        loinc: '718-7',
        measured_at: '2026-02-03T09:30:00.000',
        canonical: 1,
      },
    ],
    [
      '2026-02-03',
      'potassium',
      { value_text: 'haemolysed', unit: 'mmol/L', specimen: 'serum', canonical: 1 },
    ],
  ],
  view: { creatinine: 1, hba1c: 5.993, hemoglobin: 14.2 },
};

/** Decimal commas, dates with points, Tsd/µl, words. */
const GERMANY: LabLayout = {
  lab: 'Germany',
  body: {
    upload_id: 'upl-de',
    data: [
      {
        session_id: 'de-1',
        collection_date: '28.02.2026',
        report_locale: 'de-DE',
        results: [
          {
            biomarker: 'tsh',
            original_name: 'TSH basal',
            value: '1,234',
            unit: 'mU/l',
            reference_range: { low: '0,27', high: '4,20' },
          },
          {
            biomarker: 'white_blood_cell_count',
            original_name: 'Leukozyten',
            value: '6,1',
            unit: 'Tsd/µl',
            flag: 'normal',
          },
          {
            biomarker: 'red_blood_cell_count',
            original_name: 'Erythrozyten',
            value: '4,8',
            unit: 'Mio/µl',
            flag: 'normal',
          },
          {
            biomarker: 'ferritin',
            original_name: 'Ferritin',
            value: '12',
            unit: 'µg/l',
            flag: 'L',
            reference_range: { low: 30, high: 400 },
          },
          {
            biomarker: 'vitamin_d',
            original_name: '25-OH-Vitamin D',
            value: '<24,96',
            unit: 'nmol/l',
            flag: 'deficient',
          },
          { biomarker: null, original_name: 'Nitrit (Urin)', value: 'negativ', specimen: 'Urin' },
        ],
      },
    ],
  },
  rows: [
    [
      '2026-02-28',
      'ferritin',
      { value: 12, unit: 'ng/mL', ref_low: 30, ref_high: 400, status: 'out_of_range' },
    ],
    ['2026-02-28', 'red_blood_cell', { value: 4.8, unit: '10*12/L', status: 'optimal', canonical: 1 }],
    [
      '2026-02-28',
      'tsh',
      { value: 1.234, unit: 'm[IU]/L', ref_low: 0.27, ref_high: 4.2, status: 'optimal', canonical: 1 },
    ],
    ['2026-02-28', 'unmatched:nitrit_urin', { value_text: 'negativ', specimen: 'urin' }],
    [
      '2026-02-28',
      'vitamin_d',
      { value: 10, operator: '<', value_text: '<24,96', unit: 'ng/mL', status: 'out_of_range' },
    ],
    ['2026-02-28', 'white_blood_cell', { value: 6.1, unit: '10*9/L', status: 'optimal', canonical: 1 }],
  ],
  view: { red_blood_cell: 4.8, tsh: 1.234, white_blood_cell: 6.1 },
};

/** Grams and milligrams a litre, values in two units beside each other. */
const FRANCE: LabLayout = {
  lab: 'France',
  body: {
    type: 'lab_report.completed',
    event_id: 'evt-fr',
    occurred_at: '2026-03-02T09:00:00Z',
    data: {
      session_id: 'fr-1',
      collection_date: '27/02/2026',
      report_locale: 'fr-FR',
      results: [
        {
          code: 'glucose_fasting',
          name: 'Glycémie à jeun',
          value: '0,92',
          unit: 'g/L',
          reference_range: { low: '0,70', high: '1,00' },
        },
        { code: 'glucose', name: 'Glycémie à jeun (SI)', value: '5,11', unit: 'mmol/L' },
        { code: 'ldl_cholesterol', name: 'LDL', value: '1,21', unit: 'g/L', classification: 'high' },
        { code: 'triglycerides', name: 'Triglycérides', value: '1,1', unit: 'g/L' },
        {
          code: 'creatinine',
          name: 'Créatinine',
          value: '9',
          unit: 'mg/L',
          reference_range: { low: 6, high: 12 },
        },
        { code: 'uric_acid', name: 'Acide urique', value: '50', unit: 'mg/L' },
        { code: 'platelet_count', name: 'Plaquettes', value: '250 000', unit: '/mm3', flag: 'normal' },
      ],
    },
  },
  rows: [
    [
      '2026-02-27',
      'creatinine',
      { value: 0.9, unit: 'mg/dL', ref_low: 0.6, ref_high: 1.2, status: 'optimal', canonical: 1 },
    ],
    [
      '2026-02-27',
      'glucose',
      { value: 92, unit: 'mg/dL', ref_low: 70, ref_high: 100, status: 'optimal', canonical: 1 },
    ],
    ['2026-02-27', 'glucose#2', { value: 92.06176, unit: 'mg/dL' }],
    ['2026-02-27', 'ldl_cholesterol', { value: 121, unit: 'mg/dL', status: 'out_of_range', canonical: 1 }],
    ['2026-02-27', 'platelet', { value: 250, unit: '10*9/L', status: 'optimal', canonical: 1 }],
    ['2026-02-27', 'triglycerides', { value: 110, unit: 'mg/dL', canonical: 1 }],
    ['2026-02-27', 'uric_acid', { value: 5, unit: 'mg/dL' }],
  ],
  view: { creatinine: 0.9, glucose: 92, ldl: 121, platelet: 250, triglycerides: 110 },
};

/** Lakhs, cells per cumm, gm%, named months. */
const INDIA: LabLayout = {
  lab: 'India',
  body: {
    type: 'lab_report.completed',
    event_id: 'evt-in',
    occurred_at: '2026-03-02T09:00:00Z',
    data: {
      session_id: 'in-1',
      report_date: '28-Feb-2026',
      report_locale: 'en-IN',
      results: [
        {
          biomarker: 'hemoglobin_blood',
          name: 'Hb',
          value: '14.1',
          unit: 'gm%',
          reference_range: { low: '13', high: '17' },
        },
        { biomarker: 'white_blood_cell_count', name: 'TLC', value: '7,200', unit: 'cells/cumm' },
        {
          biomarker: 'platelet_count',
          name: 'Platelet Count',
          value: '2.5',
          unit: 'Lakhs/cumm',
          flag: 'normal',
        },
        { biomarker: 'Glucose Fasting', name: 'FBS', value: '140', unit: 'mgs/dL', flag: 'very_high' },
        {
          biomarker: 'vitamin_b12',
          name: 'Vitamin B12',
          value: '73.8',
          unit: 'pmol/L',
          classification: 'insufficient',
        },
        { biomarker: 'widal_o', name: 'Widal O', raw_value: '1:80' },
        {
          biomarker: 'pus_cells',
          name: 'Pus cells',
          value_gt: 3,
          value_lt: 5,
          specimen: 'urine',
          unit: '/HPF',
        },
        { biomarker: 'amylase', name: 'Amylase', value: null, unit: 'U/L' },
      ],
    },
  },
  rows: [
    ['2026-02-28', 'amylase', { unit: '[IU]/L' }],
    ['2026-02-28', 'glucose', { value: 140, unit: 'mg/dL', status: 'out_of_range', canonical: 1 }],
    [
      '2026-02-28',
      'hemoglobin',
      { value: 14.1, unit: 'g/dL', ref_low: 13, ref_high: 17, status: 'optimal', canonical: 1 },
    ],
    ['2026-02-28', 'platelet', { value: 250, unit: '10*9/L', status: 'optimal', canonical: 1 }],
    ['2026-02-28', 'pus_cells_urine', { value_text: '3-5', unit: '/HPF', specimen: 'urine' }],
    ['2026-02-28', 'vitamin_b12', { value: 100, unit: 'pg/mL', status: 'out_of_range' }],
    ['2026-02-28', 'white_blood_cell', { value: 7.2, unit: '10*9/L', canonical: 1 }],
    ['2026-02-28', 'widal_o', { value_text: '1:80' }],
  ],
  view: { glucose: 140, hemoglobin: 14.1, platelet: 250, white_blood_cell: 7.2 },
};

export const LAB_LAYOUTS: readonly LabLayout[] = [UNITED_STATES, UNITED_KINGDOM, GERMANY, FRANCE, INDIA];
