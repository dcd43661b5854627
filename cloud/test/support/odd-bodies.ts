import { between, pick, type Random, randomFrom, seedOf } from '../../dev/terra/random.ts';

/**
 * Seeded bodies that no schema allows, but that JSON and a signature do: the shapes of Terra's events with
 * fields missing, null, of another type, absurdly large, nested or long, keys doubled or named like a
 * prototype's. They are texts, because most of this does not survive `JSON.stringify`.
 */

/** What the generator may put in place of anything. A text is JSON as it goes into the body. */
type Json = string;

export type OddNames = {
  /** The users and Terra ids a body may name: none of them is anybody the test watches. */
  readonly users: readonly [string, ...string[]];
  readonly terraIds: readonly [string, ...string[]];
};

/** The n-th odd body of a seed. */
export function oddBody(seed: number, n: number, names: OddNames): string {
  const random = randomFrom(seedOf(seed, 'odd', n));
  const kind = pick(random, KINDS);
  const envelope = { ...kind(random, names), nonce: String(n) };
  // Half of the bodies are nearly right, so that they get far.
  return written(random, envelope, random() < 0.5 ? 0.03 : 0.25);
}

/** A tree of JSON: leaves are JSON texts, so that they can be what no value is. */
type Tree = Json | readonly Tree[] | { readonly [key: string]: Tree };

const text = (value: string): Json => JSON.stringify(value);

/** Writes a tree, with so large a chance of something odd at every node. */
function written(random: Random, tree: Tree, chance: number): Json {
  if (random() < chance) return odd(random, tree, chance);
  if (typeof tree === 'string') return tree;
  if (isList(tree)) return `[${tree.map((entry) => written(random, entry, chance)).join(',')}]`;
  const members = Object.entries(tree).flatMap(([key, value]) => {
    const fate = random();
    if (fate < chance / 3) return [];
    const member = `${text(key)}:${written(random, value, chance)}`;
    if (fate < chance / 2) return [member, `${text(key)}:${oddValue(random)}`];
    return [member];
  });
  if (random() < chance) members.push(`${pick(random, ODD_KEYS)}:${oddValue(random)}`);
  return `{${members.join(',')}}`;
}

function odd(random: Random, tree: Tree, chance: number): Json {
  const wrapped = random();
  if (wrapped < 0.15) return `[${written(random, tree, chance / 4)}]`;
  if (wrapped < 0.2) return `{"0":${written(random, tree, chance / 4)}}`;
  return oddValue(random);
}

function isList(tree: Tree): tree is readonly Tree[] {
  return Array.isArray(tree);
}

const ODD_KEYS: readonly [Json, ...Json[]] = [
  '"__proto__"',
  '"constructor"',
  '"toString"',
  '"length"',
  '""',
  '"\\u0000"',
  '"\\ud800"',
  '"data[0]"',
  '"a.b"',
];

const ODD_VALUES: readonly [Json, ...Json[]] = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '-1',
  '0.1',
  '-273.15',
  '1e999',
  '-1e999',
  '1e308',
  '5e-324',
  '9007199254740993',
  '123456789012345678901234567890',
  '[]',
  '{}',
  '[[]]',
  '[null]',
  '""',
  '" "',
  '"0"',
  '"NaN"',
  '"1e999"',
  '"null"',
  '"\\u0000"',
  '"a\\u0000b"',
  '"\\ud800"',
  '"\\udc00x"',
  '"user_\\ud800"',
  '"\\u202e\\ufeff\\u0085"',
  '"\'; drop table users; --"',
  '"%s%n{}[]"',
  '{"__proto__":{"user_id":"x"}}',
  '{"toJSON":1}',
  '{"length":4294967295}',
];

const ODD_TIMES: readonly [Json, ...Json[]] = [
  '"2026-03-02T07:00:00.000000+01:00"',
  '"2026-03-02T07:00:00"',
  '"2026-03-02 07:00:00Z"',
  '"2026-03-02"',
  '"2026-02-30T00:00:00Z"',
  '"2026-03-02T24:00:00Z"',
  '"2026-03-02T23:59:60Z"',
  '"2026-03-02T07:00:00+99:99"',
  '"2026-03-02T07:00:00.123456789012+14:00"',
  '"0000-01-01T00:00:00Z"',
  '"0000-01-01T00:00:00+23:59"',
  '"9999-12-31T23:59:59-23:59"',
  '"-000001-01-01T00:00:00Z"',
  '"+275760-09-13T00:00:00Z"',
  '"275761-01-01"',
  '"1970-01-01T00:00:00Z"',
  '"tomorrow"',
  '1772434800000',
  '""',
];

function oddValue(random: Random): Json {
  const kind = random();
  if (kind < 0.04) return nested(random, '[', ']');
  if (kind < 0.08) return nested(random, '{"a":', '}');
  if (kind < 0.18) return text(pick(random, ['x', 'é', '💤', 'user_', '\u0000']).repeat(longLength(random)));
  if (kind < 0.22) return `[${Array.from({ length: longLength(random) % 3_000 }, () => '0').join(',')}]`;
  if (kind < 0.35) return pick(random, ODD_TIMES);
  if (kind < 0.5) return String(between(random, -1e6, 1e6));
  return pick(random, ODD_VALUES);
}

function nested(random: Random, open: string, close: string): Json {
  const depth = pick(random, [3, 199, 201, 1_000, 30_000]);
  return `${open.repeat(depth)}1${close.repeat(depth)}`;
}

/** Around the lengths at which something is cut or refused. */
function longLength(random: Random): number {
  return pick(random, [1, 40, 100, 101, 299, 300, 301, 1_000, 1_001, 20_000, 70_000]);
}

type Kind = (random: Random, names: OddNames) => { readonly [key: string]: Tree };

const number = (random: Random, low: number, high: number): Json =>
  String(Math.round(between(random, low, high)));

function time(random: Random): Json {
  if (random() < 0.15) return pick(random, ODD_TIMES);
  const date = new Date(Date.UTC(2026, 0, 1) + Math.floor(random() * 40) * 86_400_000).toISOString();
  return text(`${date.slice(0, 10)}T0${Math.floor(random() * 10)}:00:00.000000+01:00`);
}

/** Mostly the ring of that person: one that is said to be everybody's is a conflict and gets no further. */
function user(random: Random, { users, terraIds }: OddNames): Tree {
  const own = Math.floor(random() * terraIds.length);
  const reference = random() < 0.95 ? users[own] : pick(random, users);
  return {
    user_id: text(terraIds[own] ?? terraIds[0]),
    reference_id: random() < 0.8 ? text(reference ?? users[0]) : 'null',
    provider: text(pick(random, ['OURA', 'GARMIN', 'WHOOP', 'Fitbit', 'APPLE'])),
    scopes: text('DAILY,SLEEP'),
    active: 'true',
  };
}

function metadata(random: Random): Tree {
  return {
    summary_id: text(`item-${Math.floor(random() * 50)}`),
    start_time: time(random),
    end_time: time(random),
    is_nap: pick(random, ['null', 'true', 'false']),
    upload_type: pick(random, ['0', '1', '2', '3', '4']),
    name: text('a name'),
    type: number(random, -5, 160),
  };
}

function items(random: Random, item: (random: Random) => Tree): Tree {
  return Array.from({ length: Math.floor(random() * 4) }, () => item(random));
}

function heart(random: Random): Tree {
  return {
    summary: {
      resting_hr_bpm: number(random, 0, 300),
      avg_hr_bpm: number(random, 0, 300),
      avg_hrv_rmssd: number(random, -5, 600),
      avg_hrv_sdnn: number(random, -5, 600),
      hr_zone_data: [{ name: text('Peak'), duration_seconds: number(random, -10, 9_999) }],
    },
  };
}

const dataEvent =
  (type: string, item: (random: Random) => Tree): Kind =>
  (random, names) => ({
    type: text(type),
    user: user(random, names),
    data: items(random, item),
    version: text('1'),
  });

const daily = dataEvent('daily', (random) => ({
  metadata: metadata(random),
  distance_data: { steps: number(random, -10, 90_000) },
  heart_rate_data: heart(random),
  active_durations_data: {
    moderate_intensity_seconds: number(random, -10, 9_000),
    vigorous_intensity_seconds: number(random, -10, 9_000),
    activity_seconds: number(random, 0, 9_000),
  },
  MET_data: { num_moderate_intensity_minutes: '1.5', num_high_intensity_minutes: '2' },
  data_enrichment: { total_stress_score: number(random, -10, 120) },
  scores: { sleep: number(random, -10, 120), recovery: 'null' },
  oxygen_data: { avg_saturation_percentage: pick(random, ['0.97', '97', '1', '0', '101']) },
  strain_data: { strain_level: number(random, -3, 30) },
}));

const sleep = dataEvent('sleep', (random) => ({
  metadata: metadata(random),
  sleep_durations_data: {
    asleep: {
      duration_asleep_state_seconds: number(random, -100, 90_000),
      duration_deep_sleep_state_seconds: number(random, -100, 9_000),
      duration_REM_sleep_state_seconds: number(random, 0, 9_000),
      duration_light_sleep_state_seconds: number(random, 0, 9_000),
    },
    awake: { duration_awake_state_seconds: number(random, 0, 9_000) },
  },
  heart_rate_data: heart(random),
  respiration_data: {
    oxygen_saturation_data: { avg_saturation_percentage: '0.96' },
    breaths_data: { avg_breaths_per_min: number(random, 0, 90) },
  },
  temperature_data: { delta: '-0.4' },
  readiness_data: { readiness: number(random, 0, 110), recovery_level: number(random, 0, 9) },
  data_enrichment: { sleep_score: 'null', readiness_score: '70' },
  scores: { sleep: number(random, 0, 110) },
}));

const activity = dataEvent('activity', (random) => ({
  metadata: metadata(random),
  distance_data: {
    summary: {
      distance_meters: number(random, -10, 99_000),
      steps: number(random, -10, 9_000),
      floors_climbed: '3',
      elevation: { gain_actual_meters: number(random, -10, 900) },
    },
  },
  active_durations_data: { activity_seconds: number(random, -10, 9_000) },
  heart_rate_data: heart(random),
  calories_data: { total_burned_calories: number(random, -10, 2_000) },
  strain_data: { strain_level: '12.5' },
}));

const body = dataEvent('body', (random) => ({
  metadata: metadata(random),
  measurements_data: {
    measurements: [
      {
        measurement_time: time(random),
        weight_kg: '71.5',
        BMI: '22',
        muscle_mass_g: number(random, -5, 60_000),
      },
      { measurement_time: time(random), weight_kg: '72.5', bodyfat_percentage: number(random, -5, 130) },
    ],
  },
  blood_pressure_data: {
    blood_pressure_samples: [{ timestamp: time(random), systolic_bp: '120', diastolic_bp: '80' }],
  },
  glucose_data: { day_avg_blood_glucose_mg_per_dL: '95', gmi: '5.6' },
  oxygen_data: { vo2max_ml_per_min_per_kg: '44', avg_saturation_percentage: '0.97' },
  temperature_data: { body_temperature_samples: [{ timestamp: time(random), temperature_celsius: '36.6' }] },
  hydration_data: { day_total_water_consumption_ml: number(random, -5, 4_000) },
}));

function flatResult(random: Random): Tree {
  return {
    biomarker: pick(random, ['"glucose"', '"hdl"', '"something_new"', 'null']),
    original_name: text('Glucose, fasting'),
    value: pick(random, ['5.4', '"5.4"', '"positive"', 'null', '"<5"']),
    display_units: pick(random, ['"mg/dL"', '"mmol/L"', '"furlongs"', 'null']),
    flag: pick(random, ['"normal"', '"high"', 'null', '"critical_low"']),
    collection_date: time(random),
    reference_ranges: [{ lower_bound: '70', upper_bound: '"99"' }],
  };
}

function layeredResult(random: Random): Tree {
  return {
    source: { name: text('Glucose'), value: text('95'), units: text('mg/dL'), collection_date: time(random) },
    biomarker: { key: text('glucose'), display_name: text('Glucose') },
    measurement: {
      numeric: number(random, -5, 300),
      bounded: { operator: text('lt'), value: '5' },
      units: text('mg/dL'),
      ucum_code: text('mg/dL'),
    },
    interpretation: { flag: text('normal'), applied_range: { lower: '70', upper: '99' } },
    reference_ranges: [{ lower: '70', upper: '99' }],
  };
}

function results(random: Random): Tree {
  return Array.from({ length: Math.floor(random() * 4) }, () =>
    random() < 0.5 ? flatResult(random) : layeredResult(random),
  );
}

const labs: readonly Kind[] = [
  (random, names) => ({
    upload_id: text(`upload-${pick(random, names.terraIds)}`),
    data: [{ results: results(random), report_date: time(random) }],
  }),
  (random, names) => ({
    type: text('lab_report'),
    reference_id: text(pick(random, names.users)),
    session_id: text(`session-${Math.floor(random() * 50)}`),
    results: results(random),
  }),
  (random, names) => ({
    type: text('lab_report.completed'),
    upload_id: text(`upload-${pick(random, names.terraIds)}`),
    reference_id: text(pick(random, names.users)),
    occurred_at: time(random),
    data: { session_id: text(`session-${Math.floor(random() * 50)}`), results: results(random) },
  }),
  (random, names) => ({
    type: text('lab_report.failed'),
    reference_id: text(pick(random, names.users)),
    data: {
      session_id: text('s'),
      error: { code: text('unreadable'), message: text('no'), retriable: 'true' },
    },
  }),
];

const connectionEvent =
  (type: string, more: { readonly [key: string]: Tree } = {}): Kind =>
  (random, names) => ({ type: text(type), status: text('success'), user: user(random, names), ...more });

const others: readonly Kind[] = [
  connectionEvent('auth', { widget_session_id: 'null' }),
  connectionEvent('auth_success'),
  connectionEvent('auth_cancelled', { reference_id: text('user_nobody') }),
  connectionEvent('deauth'),
  connectionEvent('access_revoked'),
  connectionEvent('connection_error', { message: text('the provider is away') }),
  connectionEvent('permission_change', { scopes_added: text('BODY, X'), scopes_removed: text(',,') }),
  (random, names) => ({
    type: text('user_reauth'),
    old_user: user(random, names),
    new_user: user(random, names),
  }),
  connectionEvent('large_request_processing', { reference: text('r-1') }),
  connectionEvent('large_request_sending', { reference: text('r-1'), expected_payloads: '3' }),
  (random) => ({
    type: text('s3_payload'),
    url: pick(random, ['"https://b.s3.amazonaws.com/x"', '"http://[::1]/"', '"file:///etc/passwd"', '"::"']),
    expires_in: '300',
  }),
  connectionEvent('nutrition', { data: [] }),
  connectionEvent('healthcheck'),
  connectionEvent('something_new'),
  () => ({ type: text('__proto__'), data: [] }),
];

const KINDS: readonly [Kind, ...Kind[]] = [
  daily,
  ...[daily, sleep, sleep, sleep, activity, activity, body, body],
  ...labs,
  ...labs,
  ...others,
];
