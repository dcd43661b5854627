import type { Day, History, Lab, Measurement, Night, Telling, Workout } from './histories.ts';

/** What a history's plain data is on the wire. */

const DATES = ['2026-03-01', '2026-03-02', '2026-03-03'];
const BED_TIMES = [
  '2026-03-01T23:00:00',
  '2026-03-02T01:00:00',
  '2026-03-02T13:00:00',
  '2026-03-02T22:00:00',
  '2026-03-02T23:30:00',
];
/** With the bed times: nights, naps, records of one sleep that end on two dates, and ends before their start. */
const WAKE_TIMES = [
  '2026-03-02T07:00:00',
  '2026-03-02T14:30:00',
  '2026-03-02T23:50:00',
  '2026-03-03T07:00:00',
];

export function userId(user: number): string {
  return `user_${user}`;
}

export function terraId(device: number, renewed: boolean): string {
  return `device-${device}${renewed ? '-renewed' : ''}`;
}

export function uploadId(user: number): string {
  return `upload-${user}`;
}

/** The webhook of a telling. */
export function bodyOf(history: History, telling: Telling): Record<string, unknown> {
  const user = (renewed: boolean, scopes?: string | null) => ({
    user_id: terraId(telling.device, renewed),
    provider: history.devices[telling.device]?.provider,
    ...(telling.named ? { reference_id: userId(history.devices[telling.device]?.user ?? 0) } : {}),
    ...(scopes === undefined ? {} : { scopes }),
  });
  const envelope = { type: telling.kind, user: user(telling.renewed) };
  switch (telling.kind) {
    case 'daily':
      return { ...envelope, data: telling.items.map(dayItem) };
    case 'sleep':
      return { ...envelope, data: telling.items.map(nightItem) };
    case 'activity':
      return { ...envelope, data: telling.items.map(workoutItem) };
    case 'body':
      return { ...envelope, data: telling.items.map(measurementItem) };
    case 'lab':
      return labBody(history, telling);
    case 'auth':
    case 'auth_success':
      return { ...envelope, status: 'success', user: user(telling.renewed, telling.scopes) };
    case 'user_reauth':
      return {
        type: 'user_reauth',
        old_user: user(!telling.renewed),
        new_user: user(telling.renewed, telling.scopes),
      };
    case 'permission_change':
      return {
        ...envelope,
        user: user(telling.renewed, telling.scopes),
        scopes_added: telling.added,
        scopes_removed: telling.removed,
      };
    case 'connection_error':
      return { ...envelope, message: telling.message };
    case 'deauth':
    case 'access_revoked':
      return envelope;
    case 'auth_cancelled':
      return { type: 'auth_cancelled', status: 'cancelled' };
    case 'auth_failed':
      return { type: 'auth', status: 'error', user: user(telling.renewed) };
    case 'other':
      return { ...envelope, type: telling.type, reference: 'request-1', expected_payloads: 2 };
    case 'no_type':
      return { user: user(telling.renewed) };
  }
}

function dayItem(day: Day): unknown {
  const start = `${DATES[day.date]}T00:00:00.000000${day.offset}`;
  return {
    metadata: { start_time: day.broken ? null : start },
    distance_data: { steps: day.steps },
    heart_rate_data: { summary: { resting_hr_bpm: day.pulse, ...heartRateVariability(day.hrv) } },
    data_enrichment: { total_stress_score: day.stress },
    active_durations_data: { moderate_intensity_seconds: day.active },
    scores: { sleep: day.score },
  };
}

function nightItem(night: Night): unknown {
  const [deep, rem, light, awake] = night.stages;
  return {
    metadata: {
      summary_id: night.id === null ? null : `night-${night.id}`,
      start_time: `${BED_TIMES[night.start]}.000000${night.offset}`,
      end_time: night.broken ? null : `${WAKE_TIMES[night.end]}.000000${night.offset}`,
      is_nap: night.nap,
      upload_type: night.tentative ? 3 : 2,
    },
    sleep_durations_data: {
      asleep: {
        duration_asleep_state_seconds: night.asleep,
        duration_deep_sleep_state_seconds: deep,
        duration_REM_sleep_state_seconds: rem,
        duration_light_sleep_state_seconds: light,
      },
      awake: {
        duration_awake_state_seconds: awake,
        sleep_latency_seconds: awake,
        num_wakeup_events: night.asleep,
      },
      other: { duration_in_bed_seconds: night.inBed },
      sleep_efficiency: night.efficiency,
    },
    heart_rate_data: { summary: { resting_hr_bpm: night.pulse, ...heartRateVariability(night.hrv) } },
    scores: { sleep: night.score },
  };
}

function workoutItem(workout: Workout): unknown {
  const hour = 17 + (workout.start ?? 0);
  return {
    metadata: {
      summary_id: workout.id === null ? null : `run-${workout.id}`,
      start_time: workout.start === null ? null : `2026-03-02T${hour}:00:00+01:00`,
      end_time: workout.minutes === null ? null : `2026-03-02T${hour}:${workout.minutes}:00+01:00`,
      name: workout.name,
      type: 8,
      upload_type: workout.deleted ? 4 : 1,
    },
    distance_data: {
      summary: {
        distance_meters: workout.distance,
        ...(workout.climb?.[0] === 'meters' ? { elevation: { gain_actual_meters: workout.climb[1] } } : {}),
        ...(workout.climb?.[0] === 'floors' ? { floors_climbed: workout.climb[1] } : {}),
      },
    },
    calories_data: { total_burned_calories: workout.calories },
  };
}

function measurementItem(body: Measurement): unknown {
  const date = DATES[body.date];
  return {
    metadata: { start_time: `${date}T00:00:00+01:00` },
    measurements_data: {
      measurements: body.weights.map(([minute, weight_kg]) => ({
        measurement_time: `${date}T08:0${minute}:00+01:00`,
        weight_kg,
      })),
      day_avg_weight_kg: body.average,
    },
    blood_pressure_data: {
      blood_pressure_samples:
        body.pressure === null
          ? []
          : [{ timestamp: `${date}T08:00:00+01:00`, systolic_bp: body.pressure, diastolic_bp: 80 }],
    },
  };
}

function labBody(history: History, lab: Lab): Record<string, unknown> {
  const owner = history.devices[lab.device]?.user ?? 0;
  // Reports that do not name their upload come only to people who have none: a failure would be taken for one
  // of the only unfinished upload there is when it is read.
  const hasUpload = history.steps.some((step) => step.do === 'upload' && step.user === owner);
  const upload = lab.upload || hasUpload ? { upload_id: uploadId(owner) } : {};
  const session = lab.session === null ? {} : { session_id: `session-${owner}-${lab.session}` };
  const reference = lab.named ? { reference_id: userId(owner) } : {};
  const date = lab.date === null ? null : DATES[lab.date];
  const flat = lab.results.map((result) => flatResult(result, date));
  const layered = lab.results.map((result) => layeredResult(result, date));
  const envelope = { ...upload, ...reference, event_id: 'event-1', occurred_at: '2026-03-03T08:00:00Z' };
  switch (lab.shape) {
    case 'untyped':
      return { upload_id: uploadId(owner), data: [{ ...session, results: flat }] };
    case 'flat':
      return { type: 'lab_report', ...upload, ...reference, ...session, results: flat };
    case 'completed':
      return { type: 'lab_report.completed', ...envelope, data: { ...session, results: flat } };
    case 'layered':
      return { type: 'lab_report.completed', ...envelope, data: { ...session, results: layered } };
    case 'failed':
      // Always with its upload: which upload one without means depends on what is unfinished when it is read.
      return {
        type: 'lab_report.failed',
        ...envelope,
        upload_id: uploadId(owner),
        data: { ...session, error: { code: `code_${lab.results.length}`, message: 'no', retriable: false } },
      };
  }
}

function flatResult(result: Lab['results'][number], date: string | null | undefined): unknown {
  const { code, value, unit, flag, range, specimen } = result;
  return {
    biomarker: code,
    original_name: 'Printed name',
    collection_date: date,
    unit,
    flag,
    specimen,
    ...(range === null ? {} : { reference_range: { low: range[0], high: range[1] } }),
    ...(typeof value === 'string' && !value.startsWith('<') ? { qualitative_value: value } : { value }),
  };
}

function layeredResult(result: Lab['results'][number], date: string | null | undefined): unknown {
  const { code, value, unit, flag, range, specimen } = result;
  return {
    source: { name: 'Printed name', value: String(value), units: unit, collection_date: date },
    biomarker: code === null ? null : { key: code, display_name: code, specimen },
    measurement: typeof value === 'number' ? { type: 'numeric', numeric: value, units: unit } : null,
    interpretation: { flag, source: 'report' },
    reference_ranges: range === null ? [] : [{ lower: range[0], upper: range[1], type: 'normal' }],
  };
}

function heartRateVariability(hrv: Day['hrv']): Record<string, number> {
  return hrv === null ? {} : { [`avg_hrv_${hrv[0]}`]: hrv[1] };
}
