/**
 * The synced tables: their columns, in order, as sync sends them and as the mirror stores them.
 * The server's upserts, the sync answer and the mirror's schema are all derived from this one list.
 */

/** SQLite storage class of a column. */
export type ColumnType = 'text' | 'real' | 'integer';

export type SyncedTable = {
  /** Primary key without `user_id`. */
  readonly key: readonly string[];
  /** Every column a person sees, keys first, `user_id` and `updated_at` left out. */
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** Columns that are never null. */
  readonly notNull: readonly string[];
};

/** Columns of one date. Times are ISO 8601 UTC, durations minutes, percents 0..100, energy kcal, lengths m. */
export const DAILY_SUMMARY_COLUMNS = {
  steps: 'real',
  sleep_minutes: 'real',
  bed_time: 'text',
  wake_up_time: 'text',
  resting_heart_rate: 'real',
  heart_rate_variability: 'real',
  active_zone_minutes: 'real',
  fatburn_active_zone_minutes: 'real',
  cardio_active_zone_minutes: 'real',
  peak_active_zone_minutes: 'real',
  deep_sleep_minutes: 'real',
  rem_sleep_minutes: 'real',
  light_sleep_minutes: 'real',
  awake_minutes: 'real',
  deep_sleep_percent: 'real',
  rem_sleep_percent: 'real',
  light_sleep_percent: 'real',
  awake_percent: 'real',
  stress_management_score: 'real',
  sleep_score: 'real',
  spo2: 'real',
  skin_temperature: 'real',
  respiratory_rate: 'real',
  strain: 'real',
  recovery_score: 'real',
  calories_total: 'real',
  calories_active: 'real',
  calories_basal: 'real',
  distance: 'real',
  floors_climbed: 'real',
  elevation_gain: 'real',
  vo2_max: 'real',
  heart_rate_min: 'real',
  heart_rate_max: 'real',
  heart_rate_avg: 'real',
  stress_score: 'real',
  stress_level: 'real',
  body_battery_low: 'real',
  body_battery_high: 'real',
  activity_score: 'real',
  nap_minutes: 'real',
  time_in_bed_minutes: 'real',
  sleep_efficiency: 'real',
  sleep_latency_minutes: 'real',
  awakenings: 'real',
  hrv_method: 'text',
  utc_offset_minutes: 'integer',
} as const satisfies Record<string, ColumnType>;

/** Columns of a date that describe one night and make sense only together: all of them from one source. */
export const SLEEP_UNIT_COLUMNS = [
  'sleep_minutes',
  'bed_time',
  'wake_up_time',
  'deep_sleep_minutes',
  'rem_sleep_minutes',
  'light_sleep_minutes',
  'awake_minutes',
  'deep_sleep_percent',
  'rem_sleep_percent',
  'light_sleep_percent',
  'awake_percent',
  'time_in_bed_minutes',
  'sleep_efficiency',
  'sleep_latency_minutes',
  'awakenings',
] as const satisfies readonly (keyof typeof DAILY_SUMMARY_COLUMNS)[];

export const SYNCED_TABLES = {
  daily_summary: {
    key: ['source', 'datetime'],
    columns: { source: 'text', datetime: 'text', ...DAILY_SUMMARY_COLUMNS },
    notNull: ['source', 'datetime'],
  },
  activities: {
    key: ['source', 'start_time'],
    columns: {
      source: 'text',
      start_time: 'text',
      end_time: 'text',
      activity_name: 'text',
      distance: 'real',
      duration: 'real',
      elevation_gain: 'real',
      average_heart_rate: 'real',
      calories: 'real',
      steps: 'real',
      active_zone_minutes: 'real',
      strain: 'real',
      heart_rate_max: 'real',
      calories_active: 'real',
      elevation_method: 'text',
      utc_offset_minutes: 'integer',
      raw: 'text',
    },
    notNull: ['source', 'start_time'],
  },
  sleep_sessions: {
    key: ['source', 'start_time'],
    columns: {
      source: 'text',
      start_time: 'text',
      end_time: 'text',
      utc_offset_minutes: 'integer',
      raw: 'text',
    },
    notNull: ['source', 'start_time', 'end_time'],
  },
  biomarkers_raw: {
    key: ['source', 'draw_date', 'code'],
    columns: {
      source: 'text',
      draw_date: 'text',
      code: 'text',
      value: 'real',
      unit: 'text',
      ref_low: 'real',
      ref_high: 'real',
      status: 'text',
      value_text: 'text',
      operator: 'text',
      specimen: 'text',
      loinc: 'text',
      measured_at: 'text',
      raw: 'text',
      canonical: 'integer',
    },
    notNull: ['source', 'draw_date', 'code'],
  },
  lab_uploads: {
    key: ['id'],
    columns: {
      id: 'text',
      storage_key: 'text',
      uploaded_at: 'text',
      terra_status: 'text',
      parsed_at: 'text',
      original_name: 'text',
      sha256: 'text',
    },
    notNull: ['id', 'storage_key', 'uploaded_at'],
  },
  profiles: {
    key: [],
    columns: { data: 'text' },
    notNull: ['data'],
  },
} as const satisfies Record<string, SyncedTable>;

export type SyncedTableName = keyof typeof SYNCED_TABLES;

/** Tables whose rows have a source and a time: the first two columns of the key. */
export const DATED_TABLES = [
  'daily_summary',
  'activities',
  'sleep_sessions',
  'biomarkers_raw',
] as const satisfies readonly SyncedTableName[];

export type DatedTable = (typeof DATED_TABLES)[number];

/** Where a dated table's rows stand in time. */
export function timeColumn(table: DatedTable): string {
  return SYNCED_TABLES[table].key[1];
}

const VALUE_COLUMNS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries<SyncedTable>(SYNCED_TABLES).map(([table, { key, columns }]) => [
    table,
    Object.keys(columns).filter((column) => !key.includes(column)),
  ]),
);

/** A table's visible columns, its key left out, in the order rows are written. */
export function valueColumns(table: SyncedTableName): readonly string[] {
  return VALUE_COLUMNS.get(table) ?? [];
}

/** The wide view's columns and the biomarker code each one shows. */
export const WIDE_BIOMARKERS = {
  total_cholesterol: 'total_cholesterol',
  hdl: 'hdl_cholesterol',
  ldl: 'ldl_cholesterol',
  triglycerides: 'triglycerides',
  glucose: 'glucose',
  hba1c: 'hba1c',
  insulin: 'insulin',
  creatinine: 'creatinine',
  sodium: 'sodium',
  potassium: 'potassium',
  alt: 'alt',
  ast: 'ast',
  crp: 'crp',
  white_blood_cell: 'white_blood_cell',
  red_blood_cell: 'red_blood_cell',
  platelet: 'platelet',
  hemoglobin: 'hemoglobin',
  hematocrit: 'hematocrit',
  mcv: 'mcv',
  total_testosterone: 'total_testosterone',
  tsh: 'tsh',
  systolic_bp: 'systolic_bp',
  diastolic_bp: 'diastolic_bp',
} as const;
