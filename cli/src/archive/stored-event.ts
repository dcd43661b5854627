import { readEnvelope } from '../../../cloud/src/normalize/envelope.ts';
import type { StoredEvent } from '../../../cloud/src/normalize/types.ts';
import type { EventLine } from './event-line.ts';

/** A line of the archive as the server's own code takes a stored event; a payload that is no JSON is null. */
export function storedEventOf(line: EventLine): { readonly event: StoredEvent; readonly payload: unknown } {
  const payload = payloadOf(line.fetched ?? line);
  const { eventType, terraUserId, referenceId, provider } = readEnvelope(payload);
  const receivedMs = Date.parse(line.received_at);
  const event = {
    ...{ eventType, terraUserId, referenceId, provider, receivedMs },
    dedupKey: line.sha256,
    orderMs: line.ordered_at === undefined ? receivedMs : Date.parse(line.ordered_at),
  };
  return { event, payload };
}

function payloadOf({ body, encoding }: Pick<EventLine, 'body' | 'encoding'>): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(Buffer.from(body, encoding)));
  } catch {
    return null;
  }
}
