import { sqliteTime } from '../clock.ts';
import { asRawEventId, type RawEventId, timeOfId } from '../ids.ts';
import { REQUEST_EVENTS_MAX, REQUEST_TIME_MS } from '../limits.ts';
import { readSearchRange } from './event-search.ts';
import { holdsId } from './packed-ids.ts';
import { allRows, type Statement, statement } from './statements.ts';

/**
 * The events that a request stored, and those that what was traced under its id speaks of. No index holds the request
 * ids of events: an id tells when its request came, and events are found by time of receipt.
 */
export async function readEventsOfRequest(db: D1Database, requestId: string): Promise<readonly RawEventId[]> {
  const madeMs = timeOfId(requestId);
  const statements = [tracedStatement(requestId)];
  if (madeMs !== null) {
    const range = await readSearchRange(
      db,
      sqliteTime(madeMs - REQUEST_TIME_MS),
      sqliteTime(madeMs + REQUEST_TIME_MS),
    );
    statements.push(storedStatement(requestId, range));
  }
  const found = await Promise.all(statements.map((one) => allRows<{ id: number }>(db, one)));
  return [...new Set(found.flat().map(({ id }) => id))].map(asRawEventId);
}

function tracedStatement(requestId: string): Statement {
  return statement(
    `select distinct raw_event_id as id
from trace_events indexed by idx_trace_request
where request_id = ?1
  and raw_event_id is not null
limit ?2`,
    requestId,
    REQUEST_EVENTS_MAX,
  );
}

function storedStatement(
  requestId: string,
  { lowId, beforeId }: { lowId: number; beforeId: number },
): Statement {
  return statement(
    `select id
from raw_events
where id >= ?2
  and id < ?3
  and ${holdsId('request_id', '?1')}`,
    requestId,
    lowId,
    beforeId,
  );
}
