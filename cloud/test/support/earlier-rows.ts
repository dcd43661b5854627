/** Rows as the earlier version wrote them: SQLite's own time form, NULL Terra ids of labs, no cells. */
export const EARLIER_ROWS = `
insert into users(id, email, created_at) values
  ('user_old', 'old@example.test', '2025-01-01 08:00:00'),
  ('user_idle', '', '2025-01-02 08:00:00');

insert into terra_connections(id, user_id, terra_user_id, provider, reference_id, scopes, connected_at, deactivated_at) values
  ('c1', 'user_old', 'terra-old', 'oura', 'user_old', 'daily,sleep', '2025-01-01 08:01:00', null),
  ('c2', 'user_old', 'terra-gone', 'fitbit', 'user_old', null, '2025-01-01 08:02:00', '2025-02-01 00:00:00');

insert into raw_events(id, received_at, event_type, terra_user_id, reference_id, provider, payload, signature_verified, processed_at, process_error, dedup_key) values
  (1, '2025-01-02 00:00:01', 'daily', 'terra-old', 'user_old', 'oura', '{"type":"daily","user":{"user_id":"terra-old","provider":"OURA","reference_id":"user_old"},"data":[]}', 1, '2025-01-02 00:00:02', null, 'd1'),
  (2, '2025-01-02 00:00:03', 'lab_report', null, 'upl_1', null, '{"upload_id":"upl_1","data":[{"results":[]}]}', 1, null, 'no_lab_upload_for_upload_id', 'd2'),
  (3, '2025-01-02 00:00:04', 'lab_report', null, 'upl_1', null, '{"upload_id":"upl_1","data":[{"results":[]}]}', 1, '2025-01-02 00:00:05', null, 'd2'),
  (4, '2025-01-02 00:00:06', 'lab_report', null, 'upl_2', null, '{"upload_id":"upl_2","data":[{"results":[]}]}', 1, null, null, 'd4'),
  (5, '2025-01-02 00:00:07', 'daily', 'terra-unknown', null, 'oura', '{"type":"daily","user":{"user_id":"terra-unknown","provider":"OURA"},"data":[]}', 1, null, 'no_connection_for_terra_user', 'd5');

insert into daily_summary(user_id, source, datetime, steps, sleep_minutes, deep_sleep_minutes, resting_heart_rate, updated_at) values
  ('user_old', 'oura', '2025-01-01', 5000, 400, 80, 55, '2025-01-02 00:00:02'),
  ('user_old', 'oura', '2025-01-02', 6000, null, null, null, '2025-01-03 00:00:02');

insert into activities(user_id, source, start_time, activity_name, distance, calories, raw, updated_at) values
  ('user_old', 'oura', '2025-01-01T17:00:00.000Z', 'Walking', 3000, 150, '{"metadata":{"summary_id":"old-walk"}}', '2025-01-02 00:00:02'),
  ('user_old', 'oura', '2025-01-02T17:00:00.000Z', 'Running', 9000, 700, null, '2025-01-03 00:00:02');

insert into sleep_sessions(user_id, source, start_time, end_time, raw, updated_at) values
  ('user_old', 'oura', '2024-12-31T22:00:00.000Z', '2025-01-01T06:00:00.000Z', '{"metadata":{"summary_id":"old-night","end_time":"2025-01-01T07:00:00+01:00"}}', '2025-01-02 00:00:02'),
  ('user_old', 'oura', '2025-01-01T22:00:00.000Z', '2025-01-02T06:00:00.000Z', 'not json', '2025-01-03 00:00:02');

insert into biomarkers_raw(user_id, source, draw_date, code, value, unit, status, updated_at) values
  ('user_old', 'terra_lab', '2025-01-01', 'glucose', 90, 'mg/dL', 'optimal', '2025-01-02 00:00:02'),
  ('user_old', 'terra_lab', '2025-01-01', 'ldl_cholesterol', 3.1, 'mmol/L', null, '2025-01-02 00:00:02'),
  ('user_old', 'terra_lab', '2025-01-01', 'ferritin', 80, 'ng/mL', null, '2025-01-04T00:00:00.250Z');

insert into lab_uploads(id, user_id, storage_key, uploaded_at, terra_status, terra_response, parsed_at, terra_upload_id) values
  ('u1', 'user_old', 'lab-uploads/user_old/u1.pdf', '2025-01-01 09:00:00', 'parsed', '{}', '2025-01-01 09:05:00', 'upl_1'),
  ('u2', 'user_old', 'lab-uploads/user_old/u2.pdf', '2025-01-01 10:00:00', 'submitted', '{}', null, 'upl_2');

insert into profiles(user_id, data, updated_at) values ('user_old', '{"age":40,"extra":true}', '2025-01-05 00:00:00');

insert into sync_watermarks values ('user_old', 'daily_summary', '2025-01-02 00:00:02');

insert into trace_events(id, ts, request_id, user_id, level, event) values (1, '2025-01-02 00:00:02', 'r1', 'user_old', 'info', 'normalize_complete');
`;

/** Tables of the earlier version and how many rows of each the statements above make. */
export const EARLIER_COUNTS: Readonly<Record<string, number>> = {
  users: 2,
  terra_connections: 2,
  raw_events: 5,
  daily_summary: 2,
  activities: 2,
  sleep_sessions: 2,
  biomarkers_raw: 3,
  lab_uploads: 2,
  profiles: 1,
  sync_watermarks: 1,
  trace_events: 1,
};
