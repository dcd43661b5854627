import { errorText } from '../errors.ts';
import type { RawEventId } from '../ids.ts';
import { PAYLOAD_FETCHES_MS } from '../limits.ts';
import { log } from '../log.ts';
import type { RawEventRow } from '../store/raw-events.ts';
import { fetchPing, type PingContext, type PingOutcome } from './fetch-ping.ts';
import { eventWithoutPayload, type PreparedEvent, type ReadableEvent } from './prepared-event.ts';

export type FetchedPings = {
  /** To be read and normalized; each row says with `payload_bytes` how much that is. */
  readonly events: readonly ReadableEvent[];
  /** What the fetch itself decided. */
  readonly settled: readonly PreparedEvent[];
};

/**
 * Fetches what pings point at, one after another, so that one body at a time is in memory. A ping that is in
 * neither list was not reached, or could not be kept or recorded: its message is to be retried.
 */
export async function fetchPings(
  context: PingContext,
  pings: readonly RawEventRow[],
  isForced: (rawEventId: RawEventId) => boolean,
): Promise<FetchedPings> {
  const events: ReadableEvent[] = [];
  const settled: PreparedEvent[] = [];
  const endMs = context.now() + PAYLOAD_FETCHES_MS;
  for (const ping of pings) {
    if (context.now() >= endMs) break;
    try {
      const outcome = await fetchPing(context, ping);
      if (outcome.state === 'fetched') events.push(outcome);
      else if (outcome.state === 'not_asked') events.push({ row: ping });
      else settled.push(settledPing(ping, outcome, isForced(ping.id)));
    } catch (error) {
      log('error', 'ping_not_kept', { raw_event_id: ping.id, message: errorText(error) });
    }
  }
  return { events, settled };
}

type SettledPing = Extract<PingOutcome, { state: 'erased' | 'parked' | 'failed' }>;

function settledPing(ping: RawEventRow, outcome: SettledPing, force: boolean): PreparedEvent {
  switch (outcome.state) {
    case 'erased': {
      const event = eventWithoutPayload(ping, { state: 'payload_missing' }, force);
      return { ...event, subjectHashes: outcome.subjectHashes };
    }
    case 'parked':
      return eventWithoutPayload(ping, { state: 'parked', code: outcome.code }, force);
    case 'failed':
      return eventWithoutPayload(ping, { state: 'threw', error: outcome.error }, force);
  }
}
