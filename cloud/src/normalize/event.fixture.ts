import { asTerraUserId } from '../ids.ts';
import type { Contribution, Normalized, Notice, StoredEvent } from './types.ts';

/** Noon UTC of 9 March 2026. */
export const RECEIVED_MS = Date.UTC(2026, 2, 9, 12);

export const USER = {
  user_id: 'terra-ana-1',
  provider: 'OURA',
  reference_id: 'user_ana',
  scopes: 'daily,sleep',
};

/** A day that says everything that becomes a column of its date. */
export const FULL_DAY = {
  metadata: { start_time: '2026-03-08T00:00:00.000000+01:00' },
  distance_data: {
    steps: 11_894,
    distance_meters: 8_801.5,
    floors_climbed: 12,
    elevation: { gain_actual_meters: 36.5 },
  },
  calories_data: { total_burned_calories: 2_412, net_activity_calories: 640, BMR_calories: 1_612 },
  heart_rate_data: {
    summary: {
      resting_hr_bpm: 51,
      avg_hrv_rmssd: 62.5,
      avg_hrv_sdnn: 70,
      min_hr_bpm: 44,
      max_hr_bpm: 158,
      avg_hr_bpm: 71.5,
      hr_zone_data: [
        { name: 'Fat Burn', duration_seconds: 900 },
        { name: 'Peak', duration_seconds: 90 },
      ],
    },
  },
  active_durations_data: {
    moderate_intensity_seconds: 1_830,
    vigorous_intensity_seconds: 600,
    activity_seconds: 9_000,
  },
  MET_data: { num_moderate_intensity_minutes: 1, num_high_intensity_minutes: 2 },
  data_enrichment: { total_stress_score: 45, total_stress_score_v2: 60 },
  stress_data: { avg_stress_level: 33, body_battery_samples: [{ level: 71 }, { level: 18 }, { level: 94 }] },
  scores: { activity: 88, sleep: 85, recovery: 78 },
  oxygen_data: { avg_saturation_percentage: 97, vo2max_ml_per_min_per_kg: 45.5 },
  temperature_data: { delta: -0.2 },
  strain_data: { strain_level: 14.5 },
};

/** A stored event of Ana's ring. */
export function storedEvent(eventType: string, changes: Partial<StoredEvent> = {}): StoredEvent {
  return {
    eventType,
    terraUserId: asTerraUserId('terra-ana-1'),
    referenceId: 'user_ana',
    provider: 'oura',
    dedupKey: 'd0',
    orderMs: 1_000,
    receivedMs: RECEIVED_MS,
    ...changes,
  };
}

/** The body of a data event of Ana's ring. */
export function dataBody(type: string, ...data: readonly unknown[]): unknown {
  return { type, user: USER, data };
}

/** What a normalized event contributes; fails where it was skipped or parked. */
export function contributionsOf(result: Normalized): readonly Contribution[] {
  if (result.state !== 'normalized') throw new Error(`expected normalized, got ${JSON.stringify(result)}`);
  return result.contributions;
}

/** The paths that were not believed, each with its reason. */
export function noticesOf(result: Normalized): readonly Notice[] {
  if (result.state !== 'normalized') throw new Error(`expected normalized, got ${JSON.stringify(result)}`);
  return result.notices;
}

/** The columns of the first contribution that has any. */
export function columnsOf(result: Normalized): Readonly<Record<string, unknown>> {
  const found = contributionsOf(result).find((contribution) => 'columns' in contribution);
  if (found === undefined || !('columns' in found)) throw new Error('no contribution with columns');
  return found.columns;
}
