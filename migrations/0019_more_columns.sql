-- What people ask for most gets a typed place. Rows that are there keep null until their events are read again.

alter table daily_summary add column calories_total real;
alter table daily_summary add column calories_active real;
alter table daily_summary add column calories_basal real;
alter table daily_summary add column distance real;
alter table daily_summary add column floors_climbed real;
alter table daily_summary add column elevation_gain real;
alter table daily_summary add column vo2_max real;
alter table daily_summary add column heart_rate_min real;
alter table daily_summary add column heart_rate_max real;
alter table daily_summary add column heart_rate_avg real;
alter table daily_summary add column stress_score real;
alter table daily_summary add column stress_level real;
alter table daily_summary add column body_battery_low real;
alter table daily_summary add column body_battery_high real;
alter table daily_summary add column activity_score real;
alter table daily_summary add column nap_minutes real;
alter table daily_summary add column time_in_bed_minutes real;
alter table daily_summary add column sleep_efficiency real;
alter table daily_summary add column sleep_latency_minutes real;
alter table daily_summary add column awakenings real;

alter table activities add column heart_rate_max real;
alter table activities add column calories_active real;
alter table activities add column utc_offset_minutes integer;

alter table sleep_sessions add column utc_offset_minutes integer;

-- `value_text`: what was printed where it is no plain number. `operator`: <, <=, > or >= of a bound.
-- `measured_at`: the sample's own time, ISO 8601.
alter table biomarkers_raw add column value_text text;
alter table biomarkers_raw add column operator text;
alter table biomarkers_raw add column specimen text;
alter table biomarkers_raw add column loinc text;
alter table biomarkers_raw add column measured_at text;

alter table lab_uploads add column original_name text;
alter table lab_uploads add column sha256 text;
