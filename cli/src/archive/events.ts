import type { OwnEvent } from '../../../cloud/src/contract/events.ts';
import { type Access, askFile } from '../api/api.ts';
import { fetchEvents } from '../api/events.ts';
import { AmyError } from '../errors.ts';
import { ARCHIVE_BATCH_CHARS, ARCHIVE_BATCH_EVENTS } from '../limits.ts';
import { lineOf, sha256Of } from './event-line.ts';
import { appendToMonth, dropFromMonth, monthFile, monthFiles, monthOf, readMonth } from './months.ts';
import { noteSum } from './sums.ts';

/** The one type of delivery that only links to its data. */
const LINK_TYPE = 's3_payload';

/** What the archive has of events and what the server has, compared. */
export type EventsToDo = {
  /** How many the archive has. */
  readonly here: number;
  readonly listed: number;
  /** Oldest first. */
  readonly missing: readonly OwnEvent[];
  /** Keys, as `keyOf` gives them, of what the server has no longer. */
  readonly gone: ReadonlySet<string>;
};

/** An id alone is none: a server that was restored may give it anew. */
function keyOf({ id, sha256 }: { readonly id: number; readonly sha256: string | null }): string {
  return [id, sha256 ?? ''].join(' ');
}

export async function compareEvents(access: Access, folder: string): Promise<EventsToDo> {
  const here = new Map<string, number>();
  for (const file of monthFiles(folder)) {
    for await (const line of readMonth(folder, file)) here.set(keyOf(line), line.id);
  }
  const listed = await fetchEvents(access);
  const idsHere = new Set(here.values());
  const there = new Set(listed.map(keyOf));
  // Without a sum there is nothing to tell two bodies of one id by.
  const unhashed = new Set(listed.filter(({ sha256 }) => sha256 === null).map(({ id }) => id));
  return {
    here: here.size,
    listed: listed.length,
    missing: listed
      .filter((one) => !here.has(keyOf(one)) && !(one.sha256 === null && idsHere.has(one.id)))
      .toSorted((a, b) => a.id - b.id),
    gone: new Set([...here].filter(([key, id]) => !there.has(key) && !unhashed.has(id)).map(([key]) => key)),
  };
}

export type EventsFetched = {
  readonly fetched: number;
  /** Events whose bodies the server does not have any more. */
  readonly unavailable: number;
  /** Events whose bodies are not what the list says. */
  readonly mismatched: readonly number[];
};

/** Fetches bodies one by one and writes them some at a time; what came before an error is kept. */
export async function fetchMissing(
  access: Access,
  folder: string,
  missing: readonly OwnEvent[],
  onDone: (done: number) => void,
): Promise<EventsFetched> {
  const batch = batchInto(folder);
  const mismatched: number[] = [];
  let unavailable = 0;
  try {
    for (const [index, event] of missing.entries()) {
      const body = await fetchBody(access, event);
      if (body === 'unavailable') unavailable += 1;
      else if (body === 'mismatched') mismatched.push(event.id);
      else await batch.add(monthOf(event.received_at), JSON.stringify(lineOf(event, body.own, body.linked)));
      onDone(index + 1);
    }
  } finally {
    await batch.flush();
  }
  return { fetched: missing.length - unavailable - mismatched.length, unavailable, mismatched };
}

type Body = { readonly own: Uint8Array; readonly linked: Uint8Array | null };

/** The bytes whose sum the list gives, and of a link also what it led to. */
async function fetchBody(access: Access, event: OwnEvent): Promise<Body | 'unavailable' | 'mismatched'> {
  const isRight = (bytes: Uint8Array) => event.sha256 === null || sha256Of(bytes) === event.sha256;
  const first = await fetchPayload(access, event.id, 'true');
  if (first === null) return 'unavailable';
  if (isRight(first)) return { own: first, linked: null };
  const own = await fetchPayload(access, event.id, 'false');
  if (own === null) return 'unavailable';
  if (!isRight(own)) return 'mismatched';
  return { own, linked: event.type === LINK_TYPE ? first : null };
}

async function fetchPayload(
  access: Access,
  id: number,
  fetched: 'true' | 'false',
): Promise<Uint8Array | null> {
  const param = { id: String(id) };
  try {
    return (await askFile(access, (api) => api.v1.payloads[':id'].$get({ param, query: { fetched } }))).bytes;
  } catch (error) {
    if (error instanceof AmyError && error.status === 404) return null;
    throw error;
  }
}

/** Lines of one month that are written together. */
function batchInto(folder: string) {
  let month = '';
  let lines: string[] = [];
  let characters = 0;
  const flush = async () => {
    if (lines.length === 0) return;
    await appendToMonth(folder, month, lines);
    lines = [];
    characters = 0;
    await noteSum(folder, monthFile(month));
  };
  return {
    flush,
    async add(to: string, line: string) {
      if (to !== month) await flush();
      month = to;
      lines.push(line);
      characters += line.length;
      if (lines.length >= ARCHIVE_BATCH_EVENTS || characters >= ARCHIVE_BATCH_CHARS) await flush();
    },
  };
}

/** Erases events here. A month that has none of them is left alone. */
export async function eraseEvents(folder: string, gone: ReadonlySet<string>): Promise<void> {
  if (gone.size === 0) return;
  for (const file of monthFiles(folder)) {
    let found = 0;
    for await (const line of readMonth(folder, file)) if (gone.has(keyOf(line))) found += 1;
    if (found > 0) await dropFromMonth(folder, file, (line) => gone.has(keyOf(line)));
  }
}
