import type { SYNCED_TABLES, WIDE_BIOMARKERS } from '../../../../cloud/src/contract/tables.ts';
import { type ColumnEntry, DATE, entriesFrom, TIME } from './entry.ts';
import { UPDATED_AT } from './sessions.ts';

type Columns<Table extends keyof typeof SYNCED_TABLES> = keyof (typeof SYNCED_TABLES)[Table]['columns'];

const result = entriesFrom('lab report or body event', 'before 0.1.0');
const newResult = entriesFrom('lab report or body event', '0.1.0');

const SOURCE = 'terra_lab of a lab report; the provider’s name and _body of a device: withings_body.';
const DRAW_DATE = 'The date of the specimen or of the measurement.';

/** What the columns of one lab result, or of one measurement of a body, mean. */
export const BIOMARKER_ENTRIES: Readonly<Record<Columns<'biomarkers_raw'>, ColumnEntry>> = {
  source: result(SOURCE),
  draw_date: result(DRAW_DATE, DATE),
  code: result(
    'What was measured, under one name whatever a laboratory calls it: hdl_cholesterol, weight. A specimen that is not blood stands behind it: creatinine_urine. A result without a key of its own is unmatched: and its printed name.',
  ),
  value: result(
    'The number, in unit. Null where the result is in words. With an operator it is a bound and no exact value.',
  ),
  unit: result('The unit of value and of the reference range, as UCUM where it is known, else as printed.'),
  ref_low: result('Lower end of the laboratory’s reference range, in unit.'),
  ref_high: result('Upper end of the laboratory’s reference range, in unit.'),
  status: result(
    'optimal, borderline or out_of_range: the laboratory’s own flag, else by the reference range.',
  ),
  value_text: newResult('What was printed, where it is no plain number: "negative", "<0.3".'),
  operator: newResult(
    '<, <=, > or >= where value is a bound: "<0.3" has the value 0.3. Null of an exact value.',
  ),
  specimen: newResult('What was examined: serum, urine.'),
  loinc: newResult('The LOINC code, where the report gives one.'),
  measured_at: newResult(
    'The time of the sample itself, where it is known. Null of a mean over a day.',
    TIME,
  ),
  raw: result(
    'The result as it was delivered, or all samples of the code on that date, as JSON. Null here: sync leaves it out.',
    'JSON',
  ),
  canonical: newResult(
    '1: an exact number in the one unit that its code has in biomarkers_wide. 0: in another unit that Amy cannot convert, or a bound; biomarkers_wide leaves it out. Null: biomarkers_wide has no column for the code.',
  ),
};

const wide = entriesFrom('computed when read, from biomarkers_raw where canonical is 1', 'before 0.1.0');

/** What the columns of `biomarkers_wide` mean. */
export const WIDE_ENTRIES: Readonly<
  Record<'source' | 'draw_date' | 'updated_at' | keyof typeof WIDE_BIOMARKERS, ColumnEntry>
> = {
  source: wide(SOURCE),
  draw_date: wide(DRAW_DATE, DATE),
  total_cholesterol: wide('Total cholesterol.', 'mg/dL'),
  hdl: wide('HDL cholesterol; its code in biomarkers_raw is hdl_cholesterol.', 'mg/dL'),
  ldl: wide('LDL cholesterol; its code in biomarkers_raw is ldl_cholesterol.', 'mg/dL'),
  triglycerides: wide('Triglycerides.', 'mg/dL'),
  glucose: wide('Glucose, fasting where a report has both.', 'mg/dL'),
  hba1c: wide('Glycated haemoglobin, NGSP.', '%'),
  insulin: wide('Insulin.', 'u[IU]/mL'),
  creatinine: wide('Creatinine in blood.', 'mg/dL'),
  sodium: wide('Sodium.', 'mmol/L'),
  potassium: wide('Potassium.', 'mmol/L'),
  alt: wide('Alanine aminotransferase, an enzyme of the liver.', '[IU]/L'),
  ast: wide('Aspartate aminotransferase, an enzyme of the liver.', '[IU]/L'),
  crp: wide('C-reactive protein, a sign of inflammation.', 'mg/L'),
  white_blood_cell: wide('White blood cells.', '10*9/L'),
  red_blood_cell: wide('Red blood cells.', '10*12/L'),
  platelet: wide('Platelets.', '10*9/L'),
  hemoglobin: wide('Haemoglobin.', 'g/dL'),
  hematocrit: wide('Haematocrit: the share of red cells in the blood.', '%'),
  mcv: wide('Mean volume of a red blood cell.', 'fL'),
  total_testosterone: wide('Testosterone, free and bound.', 'ng/dL'),
  tsh: wide('Thyroid-stimulating hormone.', 'm[IU]/L'),
  systolic_bp: wide('Systolic blood pressure.', 'mm[Hg]'),
  diastolic_bp: wide('Diastolic blood pressure.', 'mm[Hg]'),
  updated_at: UPDATED_AT,
};

const upload = entriesFrom('you, with `amy labs upload`', 'before 0.1.0');
const server = entriesFrom('the server', 'before 0.1.0');

/** What the columns of an uploaded lab report mean. */
export const UPLOAD_ENTRIES: Readonly<Record<Columns<'lab_uploads'>, ColumnEntry>> = {
  id: server('The id of the upload, as `amy labs list` shows it.'),
  storage_key: server('Where the server keeps the file.'),
  uploaded_at: server('When it was uploaded.', TIME),
  terra_status: server(
    'pending: not sent yet. submitted: Terra is reading it. parsed: its results are in biomarkers_raw. failed: and why, after a colon.',
  ),
  parsed_at: server('When its results came. Null before.', TIME),
  original_name: { ...upload('The name of the file as it was uploaded.'), since: '0.1.0' },
  sha256: { ...upload('SHA-256 of the file, in hexadecimal.'), since: '0.1.0' },
};
