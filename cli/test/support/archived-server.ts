import { createHash } from 'node:crypto';
import { type Asked, type FarEnd, farEnd, type Reply, refusal } from './far-end.ts';

export type StoredEvent = {
  readonly id: number;
  readonly received_at: string;
  readonly body: Buffer;
  readonly type?: string;
  /** Of a link: what it leads to. */
  readonly linked?: Buffer;
};

export type StoredReport = {
  readonly id: string;
  readonly original_name: string | null;
  readonly body: Buffer;
};

/** What the server has; a test changes it between two runs. */
export type Stored = { events: StoredEvent[]; reports: StoredReport[] };

const PAGE = 40;
const REQUESTS_MAX = 1_000;

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A server that lists and gives what is stored; `first` may answer a request instead. */
export function archivedServer(
  stored: Stored,
  first: (asked: Asked) => Reply | null | Promise<Reply | null> = () => null,
): Promise<FarEnd> {
  const step = async (asked: Asked) => (await first(asked)) ?? answer(stored, asked);
  return farEnd(...Array.from({ length: REQUESTS_MAX }, () => step));
}

function answer({ events, reports }: Stored, { path, query }: Asked): Reply {
  const [, , what, id, part] = path.split('/');
  if (what === 'events') {
    const newest = events.toSorted((a, b) => b.id - a.id);
    const at = Number(query.cursor ?? 0);
    const more = at + PAGE < newest.length;
    const data = newest.slice(at, at + PAGE).map(({ id, received_at, body, type = 'daily' }) => ({
      ...{ id, type, received_at, provider: 'oura', bytes: body.byteLength, sha256: sha256(body) },
      ...{ outcome: 'normalized', ordered_at: received_at },
    }));
    return { body: { data, next_cursor: more ? String(at + PAGE) : null, has_more: more } };
  }
  if (what === 'payloads') {
    const found = events.find((one) => one.id === Number(id));
    const bytes = query.fetched === 'false' ? found?.body : (found?.linked ?? found?.body);
    return bytes === undefined ? missing() : { body: bytes };
  }
  if (part === 'file') {
    const found = reports.find((one) => one.id === id);
    return found === undefined ? missing() : { body: found.body };
  }
  return { body: { data: reports.map(shownReport), next_cursor: null, has_more: false } };
}

function shownReport({ id, original_name, body }: StoredReport) {
  return {
    ...{ id, original_name, uploaded_at: '2026-03-01T08:05:00.000Z', sha256: sha256(body), kind: 'pdf' },
    ...{ terra_status: 'parsed', parsed_at: null, reason: null, retry_can_help: false },
  };
}

function missing(): Reply {
  return { status: 404, body: refusal('not_found', 'there is no such thing') };
}
