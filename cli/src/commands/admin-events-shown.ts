import type { EventExplanation, EventList } from '../../../cloud/src/contract/operator.ts';
import { renderCounted } from '../terminal/counts.ts';
import type { Lines } from '../terminal/output.ts';
import { renderTable } from '../terminal/table.ts';
import type { ShowTime } from '../terminal/times.ts';

type ShownEvent = EventList['rows'][number];

/** So that a row of an event with eight digits fits 80 columns: the longest code has as many as an outcome. */
const TYPE_CHARS = 12;
const PROVIDER_CHARS = 8;
const OUTCOME_CHARS = 28;

/** Events, one a row, and below once of each error what it means and what it waits for. */
export function renderEvents(events: readonly ShownEvent[], time: ShowTime, none: string): Lines {
  if (events.length === 0) return [none];
  const rows = events.map((event) => [
    String(event.id),
    time(event.received_at),
    shortened(event.event_type, TYPE_CHARS),
    shortened(event.provider ?? '', PROVIDER_CHARS),
    shortened(outcomeOf(event), OUTCOME_CHARS),
  ]);
  return [
    ...renderTable(['event', 'received', 'type', 'provider', 'outcome'], rows, ['right']),
    ...renderMeanings(events, time),
  ];
}

/** `no_connection_for_terra_user`, `dead: ...`, `normalized`. */
function outcomeOf({ process_error, processed_at, dead_lettered, resolved_at }: ShownEvent): string {
  const error = process_error ?? (processed_at === null ? 'on its way' : 'normalized');
  const isDead = dead_lettered && processed_at === null;
  return `${resolved_at === null ? '' : 'resolved: '}${isDead ? 'dead: ' : ''}${error}`;
}

type Meaning = {
  readonly explanation: EventExplanation;
  readonly events: number;
  readonly next: string | null;
};

function renderMeanings(events: readonly ShownEvent[], time: ShowTime): Lines {
  const meanings = new Map<string, Meaning>();
  for (const { explanation } of events) {
    if (explanation.code === null) continue;
    const key = `${explanation.code} ${explanation.waits_for} ${explanation.says}`;
    const before = meanings.get(key);
    meanings.set(key, {
      explanation,
      events: (before?.events ?? 0) + 1,
      next: earlier(before?.next ?? null, explanation.tried_next_at),
    });
  }
  if (meanings.size === 0) return [];
  const lines = [...meanings.values()].map(
    ({ explanation, events: count, next }) =>
      `${explanation.code} (${renderCounted(count, 'event')}): ${explanationInWords({ ...explanation, tried_next_at: next }, time)}`,
  );
  return ['', ...lines, '`amy admin show <event>` tells all of one.'];
}

/** What keeps an event, what lets it go on, and when it is tried next. */
export function explanationInWords(
  { says, waits_for, tried_next_at }: EventExplanation,
  time: ShowTime,
): string {
  const next = tried_next_at === null ? '' : `, at ${time(tried_next_at)} or later`;
  return `${says}${WAITS_FOR[waits_for]}${next}.`;
}

function earlier(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}

const WAITS_FOR: Readonly<Record<EventExplanation['waits_for'], string>> = {
  operator: '; waits for you: replay it once its cause is mended, or resolve it',
  // What releases these is part of their own sentence.
  connection: '',
  upload: '',
  attempt: '; is tried again by itself',
  nothing: '',
};

function shortened(text: string, characters: number): string {
  return text.length <= characters ? text : `${text.slice(0, characters - 1)}…`;
}
