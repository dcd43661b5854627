import { isoTime, type StoredTime, type UnixMs, unixMsOf } from '../clock.ts';
import type { EventExplanation } from '../contract/operator.ts';
import { EVENT_CODES, type EventCode, type EventCodeName, skippedBecause } from '../event-codes.ts';
import { DRAIN_WINDOW_MS } from '../limits.ts';

/** What of an event says where it stands. */
export type EventState = {
  readonly received_at: StoredTime;
  readonly processed_at: StoredTime | null;
  readonly process_error: string | null;
  readonly attempts: number;
  readonly next_attempt_at: StoredTime | null;
};

const NAMES = Object.keys(EVENT_CODES).filter((name): name is EventCodeName => name in EVENT_CODES);

/** What keeps an event, what lets it go on, and when it is tried next: from its code alone. */
export function explainEvent(event: EventState, nowMs: UnixMs): EventExplanation {
  const code = event.process_error === null ? null : codeOf(event.process_error);
  if (event.processed_at !== null)
    return {
      code,
      says: settledBecause(code, event.process_error),
      waits_for: 'nothing',
      tried_next_at: null,
    };
  const known: EventCode | null = code === null ? null : EVENT_CODES[code];
  const triedMs = nextTryMs(event, known, nowMs);
  const says = known?.sentence ?? 'it is on its way: the queue has it, or the drain takes it';
  const tried_next_at = triedMs === null ? null : isoTime(triedMs);
  if (known?.releasedBy != null) return { code, says, waits_for: known.releasedBy, tried_next_at };
  if (triedMs !== null) return { code, says, waits_for: 'attempt', tried_next_at };
  const isGivenUp = known === null || known.drained;
  const why = isGivenUp ? `${says}; a day passed, so that it is not tried by itself any more` : says;
  return { code, says: why, waits_for: 'operator', tried_next_at };
}

/** The code that an error is written under: any text that is none of the others is an exception's. */
function codeOf(error: string): EventCodeName {
  return NAMES.find((name) => isWrittenAs(error, name, EVENT_CODES[name])) ?? 'exception';
}

function isWrittenAs(error: string, name: string, { form }: EventCode): boolean {
  return form === 'exact' ? error === name : form === 'prefix' && error.startsWith(`${name}:`);
}

function settledBecause(code: EventCodeName | null, error: string | null): string {
  if (code === null || error === null) return 'its rows are in';
  const { whenProcessed, sentence }: EventCode = EVENT_CODES[code];
  const reason = code === 'skipped' ? skippedBecause(error) : null;
  return reason === null ? (whenProcessed ?? sentence) : `${sentence}: ${reason}`;
}

/** Null where the drain does not take the event: rows that failed are its own for a day, new ones for ever. */
function nextTryMs(event: EventState, code: EventCode | null, nowMs: UnixMs): UnixMs | null {
  if (code !== null && !code.drained) return null;
  const isOld = unixMsOf(event.received_at) < nowMs - DRAIN_WINDOW_MS;
  if (event.attempts > 0 && isOld) return null;
  return Math.max(nowMs, event.next_attempt_at === null ? nowMs : unixMsOf(event.next_attempt_at));
}
