/** The body of the row of `raw_events` at hand; `''` where the database has none. */
export const PAYLOAD_TEXT = `iif(
    raw_events.payload <> '',
    raw_events.payload,
    coalesce((select b.payload from raw_bodies b where b.raw_event_id = raw_events.id), '')
  )`;
