/**
 * Every field that Terra's published schemas have, by model: an object on each line, its fields behind it. `[]` stands
 * for the entries of an array, `*` for the keys of a map. Made by
 * `npm run coverage:fields -- --schemas <folder> --write`.
 */
export const KNOWN_FIELDS = {
  daily: `
MET_data.MET_samples[]: level timestamp
MET_data: avg_level num_high_intensity_minutes num_inactive_minutes num_low_intensity_minutes num_moderate_intensity_minutes
active_durations_data.activity_levels_samples[]: activity_level timer_duration_seconds timestamp
active_durations_data: activity_seconds inactivity_seconds low_intensity_seconds moderate_intensity_seconds num_continuous_inactive_periods rest_seconds standing_hours_count standing_seconds vigorous_intensity_seconds
calories_data: BMR_calories net_activity_calories net_intake_calories total_burned_calories
calories_data.calorie_samples[]: calories timer_duration_seconds timestamp
data_enrichment.immune_contributors: *
data_enrichment: immune_index resilience_score respiratory_score strain_index strain_traffic_light total_stress_score total_stress_score_v2
data_enrichment.resilience_contributors: *
data_enrichment.respiratory_contributors: *
data_enrichment.strain_contributors: *
data_enrichment.stress_contributors: *
data_enrichment.total_stress_score_v2_contributors: *
device_data: activation_timestamp data_provided[] hardware_version last_upload_date manufacturer name serial_number software_version
device_data.other_devices[]: data_provided[] hardware_version last_upload_date manufacturer name serial_number software_version
distance_data.detailed.distance_samples[]: distance_meters timer_duration_seconds timestamp
distance_data.detailed.elevation_samples[]: elev_meters timer_duration_seconds timestamp
distance_data.detailed.floors_climbed_samples[]: floors_climbed timer_duration_seconds timestamp
distance_data.detailed.step_samples[]: steps timer_duration_seconds timestamp
distance_data: distance_meters floors_climbed steps
distance_data.elevation: avg_meters gain_actual_meters gain_planned_meters loss_actual_meters max_meters min_meters
distance_data.swimming: num_laps num_strokes pool_length_meters
heart_rate_data.detailed.hr_samples[]: bpm context timer_duration_seconds timestamp
heart_rate_data.detailed.hrv_samples_rmssd[]: hrv_rmssd timestamp
heart_rate_data.detailed.hrv_samples_sdnn[]: hrv_sdnn timestamp
heart_rate_data.summary: avg_hr_bpm avg_hrv_rmssd avg_hrv_sdnn max_hr_bpm min_hr_bpm resting_hr_bpm user_max_hr_bpm
heart_rate_data.summary.hr_zone_data[]: duration_seconds end_percentage name start_percentage zone
metadata: end_time start_time timestamp_localization upload_type
oxygen_data: avg_saturation_percentage day_avg_vo2max_ml_per_min_per_kg vo2max_ml_per_min_per_kg
oxygen_data.saturation_samples[]: percentage timestamp type
oxygen_data.vo2_samples[]: timestamp vo2max_ml_per_min_per_kg
scores: activity recovery sleep
strain_data: strain_level
stress_data: activity_stress_duration_seconds avg_stress_level high_stress_duration_seconds low_stress_duration_seconds max_stress_level medium_stress_duration_seconds rest_stress_duration_seconds stress_duration_seconds stress_rating
stress_data.body_battery_samples[]: level timestamp
stress_data.samples[]: level timestamp
tag_data.tags[]: notes tag_name timestamp
`,
  sleep: `
data_enrichment.readiness_contributors: *
data_enrichment: readiness_score respiratory_score_v2 sleep_score sleep_score_v2
data_enrichment.respiratory_score_v2_contributors: *
data_enrichment.sleep_contributors: *
data_enrichment.sleep_score_v2_contributors: *
device_data: activation_timestamp data_provided[] hardware_version last_upload_date manufacturer name serial_number software_version
device_data.other_devices[]: data_provided[] hardware_version last_upload_date manufacturer name serial_number software_version
heart_rate_data.detailed.hr_samples[]: bpm context timer_duration_seconds timestamp
heart_rate_data.detailed.hrv_samples_rmssd[]: hrv_rmssd timestamp
heart_rate_data.detailed.hrv_samples_sdnn[]: hrv_sdnn timestamp
heart_rate_data.summary: avg_hr_bpm avg_hrv_rmssd avg_hrv_sdnn max_hr_bpm min_hr_bpm resting_hr_bpm user_max_hr_bpm
heart_rate_data.summary.hr_zone_data[]: duration_seconds end_percentage name start_percentage zone
metadata: end_time is_nap start_time summary_id timestamp_localization upload_type
readiness_data: readiness recovery_level
respiration_data.breaths_data: avg_breaths_per_min end_time max_breaths_per_min min_breaths_per_min on_demand_reading start_time
respiration_data.breaths_data.samples[]: breaths_per_min timestamp
respiration_data.oxygen_saturation_data: avg_saturation_percentage end_time start_time
respiration_data.oxygen_saturation_data.samples[]: percentage timestamp type
respiration_data.snoring_data: end_time num_snoring_events start_time total_snoring_duration_seconds
respiration_data.snoring_data.samples[]: duration_seconds timestamp
scores: sleep
sleep_durations_data.asleep: duration_REM_sleep_state_seconds duration_asleep_state_seconds duration_deep_sleep_state_seconds duration_light_sleep_state_seconds num_REM_events
sleep_durations_data.awake: duration_awake_state_seconds duration_long_interruption_seconds duration_short_interruption_seconds num_out_of_bed_events num_wakeup_events sleep_latency_seconds wake_up_latency_seconds
sleep_durations_data.hypnogram_samples[]: level timestamp
sleep_durations_data.other: duration_in_bed_seconds duration_unmeasurable_sleep_seconds
sleep_durations_data: sleep_efficiency
temperature_data: delta
`,
  activity: `
MET_data.MET_samples[]: level timestamp
MET_data: avg_level num_high_intensity_minutes num_inactive_minutes num_low_intensity_minutes num_moderate_intensity_minutes
TSS_data.TSS_samples[]: actual intensity_factor_actual intensity_factor_planned method normalized_power_watts planned
active_durations_data.activity_levels_samples[]: activity_level timer_duration_seconds timestamp
active_durations_data: activity_seconds inactivity_seconds low_intensity_seconds moderate_intensity_seconds num_continuous_inactive_periods rest_seconds standing_hours_count standing_seconds vigorous_intensity_seconds
calories_data: BMR_calories net_activity_calories net_intake_calories total_burned_calories
calories_data.calorie_samples[]: calories timer_duration_seconds timestamp
: cheat_detection
data_enrichment.efficiency_contributors: *
data_enrichment: efficiency_score rcrs_score strain_score trimp_score
data_enrichment.rcrs_contributors: *
data_enrichment.strain_contributors: *
data_enrichment.trimp_contributors: *
device_data: activation_timestamp data_provided[] hardware_version last_upload_date manufacturer name serial_number software_version
device_data.other_devices[]: data_provided[] hardware_version last_upload_date manufacturer name serial_number software_version
distance_data.detailed.distance_samples[]: distance_meters timer_duration_seconds timestamp
distance_data.detailed.elevation_samples[]: elev_meters timer_duration_seconds timestamp
distance_data.detailed.floors_climbed_samples[]: floors_climbed timer_duration_seconds timestamp
distance_data.detailed.step_samples[]: steps timer_duration_seconds timestamp
distance_data.summary: distance_meters floors_climbed steps
distance_data.summary.elevation: avg_meters gain_actual_meters gain_planned_meters loss_actual_meters max_meters min_meters
distance_data.summary.swimming: num_laps num_strokes pool_length_meters
energy_data: energy_kilojoules energy_planned_kilojoules
heart_rate_data.detailed.hr_samples[]: bpm context timer_duration_seconds timestamp
heart_rate_data.detailed.hrv_samples_rmssd[]: hrv_rmssd timestamp
heart_rate_data.detailed.hrv_samples_sdnn[]: hrv_sdnn timestamp
heart_rate_data.summary: avg_hr_bpm avg_hrv_rmssd avg_hrv_sdnn max_hr_bpm min_hr_bpm resting_hr_bpm user_max_hr_bpm
heart_rate_data.summary.hr_zone_data[]: duration_seconds end_percentage name start_percentage zone
lap_data.laps[]: active_duration_seconds avg_hr_bpm avg_speed_meters_per_second avg_watts calories distance_meters end_time start_time stroke_type total_strokes trigger_method
metadata: city country end_time name start_time state summary_id timestamp_localization type upload_type
movement_data: adjusted_max_speed_meters_per_second avg_cadence_rpm avg_pace_minutes_per_kilometer avg_speed_meters_per_second avg_torque_newton_meters avg_velocity_meters_per_second max_cadence_rpm max_pace_minutes_per_kilometer max_speed_meters_per_second max_torque_newton_meters max_velocity_meters_per_second normalized_speed_meters_per_second
movement_data.cadence_samples[]: cadence_rpm timer_duration_seconds timestamp
movement_data.speed_samples[]: speed_meters_per_second timer_duration_seconds timestamp
movement_data.torque_samples[]: timer_duration_seconds timestamp torque_newton_meters
oxygen_data: avg_saturation_percentage day_avg_vo2max_ml_per_min_per_kg vo2max_ml_per_min_per_kg
oxygen_data.saturation_samples[]: percentage timestamp type
oxygen_data.vo2_samples[]: timestamp vo2max_ml_per_min_per_kg
polyline_map_data: summary_polyline
position_data: center_pos_lat_lng_deg[] end_pos_lat_lng_deg[] start_pos_lat_lng_deg[]
position_data.position_samples[]: coords_lat_lng_deg[] timer_duration_seconds timestamp
power_data: avg_watts max_watts
power_data.power_samples[]: timer_duration_seconds timestamp watts
strain_data: strain_level
work_data: work_kilojoules
`,
  body: `
blood_pressure_data.blood_pressure_samples[]: diastolic_bp systolic_bp timestamp
blood_pressure_data: day_avg_diastolic_bp day_avg_systolic_bp
device_data: activation_timestamp data_provided[] hardware_version last_upload_date manufacturer name serial_number software_version
device_data.other_devices[]: data_provided[] hardware_version last_upload_date manufacturer name serial_number software_version
glucose_data.blood_glucose_samples[]: blood_glucose_mg_per_dL glucose_level_flag timestamp trend_arrow
glucose_data.daily_patterns[]: percentile_25 percentile_5 percentile_50 percentile_75 percentile_95 time_from_midnight
glucose_data: day_avg_blood_glucose_mg_per_dL day_avg_blood_glucose_mg_per_dl day_avg_detailed_blood_glucose_mg_per_dL gmi sensor_usage time_in_range
glucose_data.detailed_blood_glucose_samples[]: blood_glucose_mg_per_dL glucose_level_flag timestamp trend_arrow
heart_data.afib_classification_samples[]: afib_classification timestamp
heart_data.ecg_signal[]: afib_classification avg_hr_bpm start_timestamp
heart_data.ecg_signal[].raw_signal[]: potential_uV timestamp
heart_data.heart_rate_data.detailed.hr_samples[]: bpm context timer_duration_seconds timestamp
heart_data.heart_rate_data.detailed.hrv_samples_rmssd[]: hrv_rmssd timestamp
heart_data.heart_rate_data.detailed.hrv_samples_sdnn[]: hrv_sdnn timestamp
heart_data.heart_rate_data.summary: avg_hr_bpm avg_hrv_rmssd avg_hrv_sdnn max_hr_bpm min_hr_bpm resting_hr_bpm user_max_hr_bpm
heart_data.heart_rate_data.summary.hr_zone_data[]: duration_seconds end_percentage name start_percentage zone
heart_data.pulse_wave_velocity_samples[]: pulse_wave_velocity_meters_per_second timestamp
heart_data.rr_interval_samples[]: hr_bpm rr_interval_ms timestamp
hydration_data: day_avg_hydration_kg day_total_water_consumption_ml
hydration_data.hydration_amount_samples[]: hydration_kg timestamp
ketone_data: day_avg_ketone_mg_per_dL
ketone_data.ketone_samples[]: ketone_mg_per_dL sample_type timestamp
measurements_data: day_avg_bmi day_avg_bmr day_avg_bodyfat_percentage day_avg_bone_mass_g day_avg_estimated_fitness_age day_avg_height_cm day_avg_insulin_units day_avg_lean_mass_g day_avg_muscle_mass_g day_avg_rmr day_avg_skin_fold_mm day_avg_visceral_fat_level day_avg_water_percentage day_avg_weight_kg
measurements_data.measurements[]: BMI BMR RMR bodyfat_percentage bone_mass_g estimated_fitness_age height_cm insulin_type insulin_units lean_mass_g measurement_time muscle_mass_g skin_fold_mm urine_color user_notes visceral_fat_category visceral_fat_level water_percentage weight_kg
metadata: end_time start_time timestamp_localization
oxygen_data: avg_saturation_percentage day_avg_vo2max_ml_per_min_per_kg vo2max_ml_per_min_per_kg
oxygen_data.saturation_samples[]: percentage timestamp type
oxygen_data.vo2_samples[]: timestamp vo2max_ml_per_min_per_kg
temperature_data.ambient_temperature_samples[]: temperature_celsius timestamp
temperature_data.body_temperature_samples[]: temperature_celsius timestamp
temperature_data: day_avg_ambient_temperature_celsius day_avg_body_temperature_celsius day_avg_skin_temperature_celsius
temperature_data.skin_temperature_samples[]: temperature_celsius timestamp
`,
  lab_report: `
data.panels[]: id key name
data: reference_id report_date report_locale report_notes report_time results_count session_id
data.results[].biomarker: display_name key loinc_code panel_id panel_key specimen
data.results[].interpretation.applied_range: lower upper
data.results[].interpretation: flag flag_raw source
data.results[].measurement: absent_reason numeric text type ucum_code units
data.results[].measurement.bounded: operator value
data.results[].measurement.qualitative: code text
data.results[].reference_ranges[].context: age_lower age_upper cycle_phase gestational_week_lower gestational_week_upper modifiers[] pregnancy_status reference_population sex
data.results[].reference_ranges[]: lower type upper
data.results[].source: collection_date collection_time flag method name notes panel reference_text units value
: event_id occurred_at type upload_id
`,
} as const;

export type ModelName = keyof typeof KNOWN_FIELDS;
