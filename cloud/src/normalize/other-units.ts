import { type Convert, dividedBy, same, times } from './convert.ts';

/** How the results of some codes are stored: the unit (UCUM), and the way there from others that labs print. */
export type CodeUnits = {
  readonly codes: readonly string[];
  readonly unit: string;
  readonly others: Readonly<Record<string, Convert>>;
};

/** Ways that codes of the wide view share with codes outside of it. */
export const CHOLESTEROL = { 'mmol/L': times(38.67), 'g/L': times(100) };
export const ELECTROLYTE = { 'meq/L': same };
export const ENZYME = { 'U/L': same, 'ukat/L': times(60) };
/** `g/L` is how a printed `G/L`, giga per litre, reads once its case is gone; cells have no grams. */
export const CELLS_GIGA = {
  '10*3/uL': same,
  'g/L': same,
  '/uL': dividedBy(1_000),
  '10*5/uL': times(100),
};

const HORMONE = { 'm[IU]/mL': same, 'U/L': same };

/**
 * Codes outside the wide view: one series never mixes units. Where a mass becomes an amount, the factor is the molar
 * mass; the tests say which. Lipoprotein (a) is left out: its particles have no one mass.
 */
export const OTHER_UNITS: readonly CodeUnits[] = [
  {
    codes: [
      'vitamin_d',
      'vitamin_d_total',
      'vitamin_d_25_hydroxy',
      'vitamin_d_25_oh',
      'vitamin_d_25',
      '25_hydroxyvitamin_d',
      '25_hydroxy_vitamin_d',
      '25_oh_vitamin_d',
    ],
    unit: 'ng/mL',
    others: { 'nmol/L': dividedBy(2.496), 'ug/L': same },
  },
  {
    codes: ['vitamin_b12', 'b12', 'cobalamin'],
    unit: 'pg/mL',
    others: { 'pmol/L': dividedBy(0.738), 'ng/L': same },
  },
  {
    codes: ['folate', 'folic_acid', 'vitamin_b9'],
    unit: 'ng/mL',
    others: { 'nmol/L': times(0.4414), 'ug/L': same },
  },
  { codes: ['ferritin'], unit: 'ng/mL', others: { 'ug/L': same, 'pmol/L': dividedBy(2.247) } },
  {
    codes: ['iron', 'serum_iron', 'iron_total'],
    unit: 'ug/dL',
    others: { 'umol/L': times(5.5845), 'ug/L': dividedBy(10), 'mg/L': times(100) },
  },
  {
    codes: ['tibc', 'total_iron_binding_capacity', 'iron_binding_capacity', 'uibc'],
    unit: 'ug/dL',
    others: { 'umol/L': times(5.5845), 'ug/L': dividedBy(10) },
  },
  { codes: ['transferrin'], unit: 'mg/dL', others: { 'g/L': times(100) } },
  {
    codes: ['urea', 'blood_urea', 'serum_urea'],
    unit: 'mg/dL',
    others: { 'mmol/L': times(6.006), 'g/L': times(100), 'mg/L': dividedBy(10) },
  },
  {
    codes: ['bun', 'urea_nitrogen', 'blood_urea_nitrogen'],
    unit: 'mg/dL',
    others: { 'mmol/L': times(2.8014) },
  },
  {
    codes: ['uric_acid', 'urate'],
    unit: 'mg/dL',
    others: { 'umol/L': dividedBy(59.48), 'mmol/L': times(16.811), 'mg/L': dividedBy(10) },
  },
  {
    codes: ['free_t3', 't3_free', 'ft3', 'free_triiodothyronine', 'triiodothyronine_free'],
    unit: 'pg/mL',
    others: { 'pmol/L': times(0.65097), 'ng/L': same, 'pg/dL': dividedBy(100), 'ng/dL': times(10) },
  },
  {
    codes: ['free_t4', 't4_free', 'ft4', 'free_thyroxine', 'thyroxine_free'],
    unit: 'ng/dL',
    others: { 'pmol/L': times(0.077687), 'pg/mL': dividedBy(10), 'ng/L': dividedBy(10) },
  },
  {
    codes: ['total_t3', 't3_total', 't3', 'triiodothyronine'],
    unit: 'ng/dL',
    others: { 'nmol/L': times(65.097), 'ng/mL': times(100), 'ug/L': times(100) },
  },
  {
    codes: ['total_t4', 't4_total', 't4', 'thyroxine'],
    unit: 'ug/dL',
    others: { 'nmol/L': times(0.077687), 'ug/L': dividedBy(10), 'ng/mL': dividedBy(10) },
  },
  {
    codes: ['estradiol', 'estradiol_e2', 'e2'],
    unit: 'pg/mL',
    others: { 'pmol/L': times(0.27238), 'ng/L': same },
  },
  {
    codes: ['progesterone'],
    unit: 'ng/mL',
    others: { 'nmol/L': times(0.31446), 'ug/L': same },
  },
  {
    codes: ['cortisol', 'cortisol_am', 'cortisol_morning'],
    unit: 'ug/dL',
    others: { 'nmol/L': times(0.036246), 'ug/L': dividedBy(10), 'ng/mL': dividedBy(10) },
  },
  {
    codes: ['dhea_s', 'dhea_sulfate', 'dheas', 'dehydroepiandrosterone_sulfate'],
    unit: 'ug/dL',
    others: { 'umol/L': times(36.849), 'ug/L': dividedBy(10), 'ng/mL': dividedBy(10) },
  },
  {
    codes: ['free_testosterone', 'testosterone_free'],
    unit: 'pg/mL',
    others: { 'pmol/L': times(0.28842), 'ng/L': same, 'ng/dL': times(10) },
  },
  { codes: ['lh', 'luteinizing_hormone'], unit: '[IU]/L', others: HORMONE },
  { codes: ['fsh', 'follicle_stimulating_hormone'], unit: '[IU]/L', others: HORMONE },
  { codes: ['prolactin'], unit: 'ng/mL', others: { 'ug/L': same } },
  { codes: ['psa', 'psa_total', 'prostate_specific_antigen'], unit: 'ng/mL', others: { 'ug/L': same } },
  {
    codes: ['calcium', 'calcium_total'],
    unit: 'mg/dL',
    others: { 'mmol/L': times(4.0078), 'meq/L': times(2.0039), 'mg/L': dividedBy(10) },
  },
  {
    codes: ['magnesium'],
    unit: 'mg/dL',
    others: { 'mmol/L': times(2.4305), 'meq/L': times(1.21525), 'mg/L': dividedBy(10) },
  },
  {
    codes: ['phosphate', 'phosphorus', 'inorganic_phosphate'],
    unit: 'mg/dL',
    others: { 'mmol/L': times(3.0974), 'mg/L': dividedBy(10) },
  },
  {
    codes: ['chloride', 'bicarbonate', 'carbon_dioxide', 'co2'],
    unit: 'mmol/L',
    others: ELECTROLYTE,
  },
  {
    codes: [
      'bilirubin',
      'bilirubin_total',
      'total_bilirubin',
      'bilirubin_direct',
      'direct_bilirubin',
      'bilirubin_indirect',
      'indirect_bilirubin',
    ],
    unit: 'mg/dL',
    others: { 'umol/L': dividedBy(17.104), 'mg/L': dividedBy(10) },
  },
  {
    codes: ['albumin', 'total_protein', 'protein_total', 'globulin', 'mchc'],
    unit: 'g/dL',
    others: { 'g/L': dividedBy(10) },
  },
  {
    codes: [
      'alkaline_phosphatase',
      'alp',
      'gamma_glutamyl_transferase',
      'ggt',
      'lactate_dehydrogenase',
      'ldh',
      'creatine_kinase',
      'ck',
      'amylase',
      'lipase',
    ],
    unit: '[IU]/L',
    others: ENZYME,
  },
  {
    codes: ['non_hdl_cholesterol', 'vldl_cholesterol', 'vldl'],
    unit: 'mg/dL',
    others: CHOLESTEROL,
  },
  {
    codes: ['apolipoprotein_b', 'apob', 'apolipoprotein_a1', 'apoa1'],
    unit: 'mg/dL',
    others: { 'g/L': times(100) },
  },
  { codes: ['homocysteine'], unit: 'umol/L', others: { 'mg/L': times(7.3973) } },
  {
    codes: ['neutrophils', 'lymphocytes', 'monocytes', 'eosinophils', 'basophils'].map(
      (cells) => `${cells}_absolute`,
    ),
    unit: '10*9/L',
    others: CELLS_GIGA,
  },
];
