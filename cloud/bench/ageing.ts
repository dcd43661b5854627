/** Makes stored events older, by a number of days such as `-8 days`. */
export const AGEING: readonly string[] = [
  `update raw_events
set received_at = strftime('%Y-%m-%d %H:%M:%f', received_at, ?1),
  next_attempt_at = strftime('%Y-%m-%dT%H:%M:%fZ', next_attempt_at, ?1)`,
];
