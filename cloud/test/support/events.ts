/** Fixtures: Terra's events in small. Every id is made up. */

export type Who = { readonly user: string; readonly terraId: string; readonly provider?: string };

export function terraUser({ user, terraId, provider = 'OURA' }: Who): Record<string, unknown> {
  return { user_id: terraId, provider, reference_id: user, scopes: 'ACTIVITY,SLEEP', active: true };
}

export function event(type: string, who: Who, items: readonly unknown[]): Record<string, unknown> {
  return { type, user: terraUser(who), data: items };
}

export type Night = {
  readonly id?: string | null;
  readonly start?: string;
  readonly end?: string;
  readonly nap?: boolean | null;
  readonly uploadType?: number;
  /** Seconds. */
  readonly asleep?: number | null;
  readonly deep?: number | null;
  readonly rem?: number | null;
  readonly light?: number | null;
  readonly awake?: number | null;
  readonly inBed?: number | null;
  readonly score?: number | null;
  readonly restingHeartRate?: number | null;
  readonly rmssd?: number | null;
};

/** One sleep item; whatever is left out is null, as Terra sends it. */
export function night(values: Night = {}): Record<string, unknown> {
  return {
    metadata: {
      summary_id: values.id === undefined ? 'night-1' : values.id,
      start_time: values.start ?? '2026-03-01T23:00:00.000000+01:00',
      end_time: values.end ?? '2026-03-02T07:00:00.000000+01:00',
      is_nap: values.nap ?? null,
      upload_type: values.uploadType ?? 2,
    },
    sleep_durations_data: {
      asleep: {
        duration_asleep_state_seconds: values.asleep ?? null,
        duration_deep_sleep_state_seconds: values.deep ?? null,
        duration_REM_sleep_state_seconds: values.rem ?? null,
        duration_light_sleep_state_seconds: values.light ?? null,
      },
      awake: { duration_awake_state_seconds: values.awake ?? null },
      ...(values.inBed === undefined ? {} : { other: { duration_in_bed_seconds: values.inBed } }),
    },
    heart_rate_data: {
      summary: { resting_hr_bpm: values.restingHeartRate ?? null, avg_hrv_rmssd: values.rmssd ?? null },
    },
    scores: { sleep: values.score ?? null },
  };
}

export type Day = {
  readonly date?: string;
  readonly steps?: number | null;
  readonly restingHeartRate?: number | null;
  readonly stress?: number | null;
  readonly sleepScore?: number | null;
};

/** One daily item. */
export function day(values: Day = {}): Record<string, unknown> {
  const date = values.date ?? '2026-03-02';
  return {
    metadata: { start_time: `${date}T00:00:00.000000+01:00`, end_time: `${date}T23:59:59.000000+01:00` },
    distance_data: { steps: values.steps ?? null },
    heart_rate_data: { summary: { resting_hr_bpm: values.restingHeartRate ?? null } },
    data_enrichment: { total_stress_score: values.stress ?? null },
    scores: { sleep: values.sleepScore ?? null },
  };
}

export type Workout = {
  readonly id?: string;
  readonly start?: string | null;
  readonly end?: string | null;
  readonly uploadType?: number;
  readonly name?: string | null;
  readonly distance?: number | null;
  readonly calories?: number | null;
};

/** One activity item. */
export function workout(values: Workout = {}): Record<string, unknown> {
  return {
    metadata: {
      summary_id: values.id ?? 'run-1',
      start_time: values.start === undefined ? '2026-03-02T18:00:00.000000+01:00' : values.start,
      end_time: values.end === undefined ? '2026-03-02T18:30:00.000000+01:00' : values.end,
      name: values.name ?? null,
      type: 8,
      upload_type: values.uploadType ?? 1,
    },
    distance_data: { summary: { distance_meters: values.distance ?? null } },
    calories_data: { total_burned_calories: values.calories ?? null },
  };
}
