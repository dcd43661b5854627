import type { z } from 'zod';
import type { UnixMs } from '../clock.ts';
import type { eventRow } from '../contract/operator.ts';
import { explainEvent } from '../operator/event-explanation.ts';
import type { EventMessage } from '../queue/messages.ts';
import type { EventRow } from '../store/event-rows.ts';
import type { UnprocessedEvent } from '../store/unprocessed-events.ts';

/** A row of a list of events, as an operator is shown it. */
export function shownEvent(event: EventRow, nowMs: UnixMs): z.infer<typeof eventRow> {
  return {
    ...event,
    dead_lettered: event.dead_lettered_at !== null,
    explanation: explainEvent(event, nowMs),
  };
}

/** The message has no `bytes` where the size is not known: the consumer then assumes `UNKNOWN_PAYLOAD_BYTES`. */
export function eventMessage({ id, payload_bytes }: UnprocessedEvent): EventMessage {
  return { rawEventId: id, ...(payload_bytes === null ? {} : { bytes: payload_bytes }) };
}
