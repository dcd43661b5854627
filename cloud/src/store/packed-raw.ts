import { Buffer } from 'node:buffer';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/**
 * `raw` of sessions and activities by age: `~1` and the item in base64, compressed. The names of Terra's fields are most
 * of an item and the same in every one, so they are told to the compression beforehand. Nobody sees it but who reads the
 * database: a sync and an explanation show the item.
 */

/** How a packed `raw` begins, which no JSON does; the digit tells with which names it was packed. */
const MARK = '~1';

/** What rows were packed with they are read with: another list of names has another mark. */
const NAMES = Buffer.from(
  [
    '{"metadata":{"name":"Morning Run","summary_id":"","start_time":"2025-01-01T00:00:00.000000+00:00","end_time":"2026',
    '"type":8,"upload_type":1,"city":null,"state":null,"country":null,"timestamp_localization":0},"device_data":{"name":"',
    '"distance_data":{"summary":{"distance_meters":,"steps":,"floors_climbed":null,"elevation":{"gain_actual_meters":,',
    '"loss_actual_meters":,"gain_planned_meters":null,"max_meters":,"min_meters":,"avg_meters":},"swimming":{"num_strokes":',
    'null,"num_laps":null,"pool_length_meters":null}},"detailed":{"step_samples":[],"distance_samples":[],',
    '"elevation_samples":[],"floors_climbed_samples":[]}},"active_durations_data":{"activity_seconds":,',
    '"vigorous_intensity_seconds":,"moderate_intensity_seconds":,"low_intensity_seconds":,"inactivity_seconds":,',
    '"rest_seconds":null,"num_continuous_inactive_periods":null,"standing_seconds":null,"activity_levels_samples":[]},',
    '"calories_data":{"total_burned_calories":,"net_activity_calories":,"BMR_calories":,"net_intake_calories":null,',
    '"calorie_samples":[]},"heart_rate_data":{"summary":{"avg_hr_bpm":,"max_hr_bpm":,"min_hr_bpm":,"resting_hr_bpm":null,',
    '"user_max_hr_bpm":null,"avg_hrv_rmssd":null,"avg_hrv_sdnn":null,"hr_zone_data":[{"zone":,"start_percentage":,',
    '"end_percentage":,"duration_seconds":,"name":null}]},"detailed":{"hr_samples":[]}},"movement_data":{',
    '"avg_speed_meters_per_second":,"max_speed_meters_per_second":,"normalized_speed_meters_per_second":null,',
    '"avg_pace_minutes_per_kilometer":,"max_pace_minutes_per_kilometer":null,"avg_cadence_rpm":,"max_cadence_rpm":,',
    '"avg_torque_newton_meters":null,"adjusted_max_speed_meters_per_second":null},"power_data":{"avg_watts":null,',
    '"max_watts":null},"work_data":{"work_kilojoules":null},"energy_data":{"energy_kilojoules":null},"TSS_data":{"TSS_samples',
    '"lap_data":{"laps":[]},"MET_data":{"num_low_intensity_minutes":null,"avg_level":null},"oxygen_data":{"vo2max_ml_per_min_per',
    '"strain_data":{"strain_level":null},"polyline_map_data":{"summary_polyline":null},"position_data":{',
    '"start_pos_lat_lng_deg":[],"end_pos_lat_lng_deg":[],"position_samples":[]},"cheat_detection":0,"data_enrichment":null',
    '{"metadata":{"start_time":"2026-01-01T22:00:00.000000+00:00","end_time":"2026-01-02T06:30:00.000000+01:00",',
    '"summary_id":null,"is_nap":null,"upload_type":2,"timestamp_localization":1},"is_nap":false,"device_data":{"name":"',
    '"manufacturer":"","hardware_version":null,"software_version":"","serial_number":"","activation_timestamp":null,',
    '"last_upload_date":"T05:00:00.000000+00:00","data_provided":["STEPS","HEART_RATE","CALORIES","DISTANCE","SLEEP_TYPE"],',
    '"other_devices":[]},"sleep_durations_data":{"asleep":{"duration_asleep_state_seconds":,',
    '"duration_deep_sleep_state_seconds":,"duration_REM_sleep_state_seconds":,"duration_light_sleep_state_seconds":,',
    '"num_REM_events":},"awake":{"duration_awake_state_seconds":,"duration_short_interruption_seconds":,',
    '"duration_long_interruption_seconds":,"num_out_of_bed_events":,"num_wakeup_events":,"sleep_latency_seconds":,',
    '"wake_up_latency_seconds":},"other":{"duration_in_bed_seconds":,"duration_unmeasurable_sleep_seconds":0},',
    '"sleep_efficiency":,"hypnogram_samples":[]},"heart_rate_data":{"summary":{"resting_hr_bpm":,"avg_hr_bpm":,',
    '"min_hr_bpm":,"max_hr_bpm":,"user_max_hr_bpm":null,"avg_hrv_rmssd":,"avg_hrv_sdnn":null},"detailed":{"hr_samples":[],',
    '"hrv_samples_rmssd":[],"hrv_samples_sdnn":[]}},"respiration_data":{"breaths_data":{"avg_breaths_per_min":,',
    '"min_breaths_per_min":,"max_breaths_per_min":,"on_demand_reading":false,"samples":[]},"oxygen_saturation_data":{',
    '"avg_saturation_percentage":,"samples":[]},"snoring_data":null},"temperature_data":{"delta":null},"readiness_data":{',
    '"readiness":null,"recovery_level":},"scores":{"sleep":},"data_enrichment":{"sleep_score":,"sleep_contributors":null,',
    '"readiness_score":,"readiness_contributors":null},"_samples_omitted":true}',
  ].join(''),
);

/** The same item, shorter where that is possible. What is packed stays as it is. */
export function packedRaw(raw: string): string {
  if (raw.startsWith(MARK)) return raw;
  const packed = MARK + deflateRawSync(raw, { level: 9, dictionary: NAMES }).toString('base64');
  return packed.length < raw.length ? packed : raw;
}

/** The item that a `raw` of any age holds. */
export function shownRaw<Value>(stored: Value): Value | string {
  if (typeof stored !== 'string' || !stored.startsWith(MARK)) return stored;
  const packed = Buffer.from(stored.slice(MARK.length), 'base64');
  return inflateRawSync(packed, { dictionary: NAMES }).toString();
}

/** True of a `raw` that is packed. */
export function isPackedRaw(raw: string): string {
  return `substr(${raw}, 1, ${MARK.length}) = '${MARK}'`;
}
