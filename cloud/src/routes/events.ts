import { z } from 'zod';
import type { PersonApp } from '../app-env.ts';
import { isoTime, unixMsOf } from '../clock.ts';
import type { OwnEvent } from '../contract/events.ts';
import { eventsRoute } from '../contract/routes/events.ts';
import { SKIPPED_PREFIX } from '../event-codes.ts';
import { type OwnEventRow, readOwnEvents } from '../store/own-events.ts';
import { decodeCursor } from './cursor.ts';
import { documentedRouter } from './documented-router.ts';
import { listPage } from './list-page.ts';

const listPosition = z.tuple([z.number().int().positive()]);

export const events = documentedRouter<PersonApp>().serve(eventsRoute, async (c) => {
  const { limit, cursor } = c.req.valid('query');
  const [below] = decodeCursor(listPosition, cursor) ?? [Number.MAX_SAFE_INTEGER];
  const found = await readOwnEvents(c.env.DB, c.get('userId'), below, limit + 1);
  const { rows, ...next } = listPage(found, limit, ({ id }) => [id]);
  return c.json({ data: rows.map(shown), ...next }, 200);
});

function shown(event: OwnEventRow): OwnEvent {
  const receivedMs = unixMsOf(event.received_at);
  return {
    id: event.id,
    type: event.event_type,
    provider: event.provider,
    received_at: isoTime(receivedMs),
    ordered_at: isoTime(event.order_ms ?? receivedMs),
    bytes: event.payload_bytes,
    sha256: /^[0-9a-f]{64}$/.test(event.dedup_key) ? event.dedup_key : null,
    outcome: outcomeOf(event),
  };
}

function outcomeOf({ processed_at, process_error: error }: OwnEventRow): OwnEvent['outcome'] {
  if (processed_at === null) return 'waiting';
  if (error === null) return 'normalized';
  return error.startsWith(SKIPPED_PREFIX) ? 'skipped' : 'partial';
}
