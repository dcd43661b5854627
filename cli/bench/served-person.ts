import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Digest } from '../../cloud/src/contract/digest.ts';
import { LIST_LIMIT_MAX } from '../../cloud/src/contract/parameters.ts';

/** What a server has of one person, ready to be sent. */
export type Person = {
  readonly pages: readonly string[];
  /** What a sync gets that was up to date a day ago. */
  readonly aDay: string;
  readonly nothing: string;
  readonly events: readonly Buffer[];
};

export type Served = {
  readonly url: string;
  readonly requests: () => number;
  readonly forget: () => void;
  /** From now on a sync of what changed gets the day, or nothing. */
  readonly tellADay: (isTold: boolean) => void;
  /** What is answered to who verifies. */
  readonly setDigest: (digest: Digest) => void;
  readonly close: () => void;
};

/** Answers at once from memory: what is measured is what `amy` does with it. */
export async function servePerson({ pages, aDay, nothing, events }: Person): Promise<Served> {
  let requests = 0;
  let isDayTold = false;
  let digest = '';
  const listed = listOf(events);
  const server = createServer((request, response) => {
    requests += 1;
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://server');
    const [, , what, id] = pathname.split('/');
    const page = Number(query.get('cursor')?.split('-')[1] ?? 0);
    response.setHeader('content-type', 'application/json');
    switch (what) {
      case 'sync':
        return response.end(query.has('since') ? (isDayTold ? aDay : nothing) : pages[page]);
      case 'digest':
        return response.end(digest);
      case 'events':
        return response.end(listed[page]);
      case 'payloads':
        return response.end(events[Number(id) - 1]);
      default:
        return response.end(JSON.stringify({ data: [], next_cursor: null, has_more: false }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    forget: () => {
      requests = 0;
    },
    tellADay: (isTold) => {
      isDayTold = isTold;
    },
    setDigest: (told) => {
      digest = JSON.stringify(told);
    },
    close: () => void server.close(),
  };
}

/** The pages of the list of events, the newest first. */
function listOf(events: readonly Buffer[]): readonly string[] {
  const newest = events
    .map((body, place) => ({
      id: place + 1,
      type: 'daily',
      provider: 'garmin',
      received_at: receivedAt(place),
      ordered_at: receivedAt(place),
      bytes: body.byteLength,
      sha256: createHash('sha256').update(body).digest('hex'),
      outcome: 'normalized',
    }))
    .reverse();
  const count = Math.max(1, Math.ceil(newest.length / LIST_LIMIT_MAX));
  return Array.from({ length: count }, (_, page) =>
    JSON.stringify({
      data: newest.slice(page * LIST_LIMIT_MAX, (page + 1) * LIST_LIMIT_MAX),
      next_cursor: page + 1 < count ? `page-${page + 1}` : null,
      has_more: page + 1 < count,
    }),
  );
}

/** Ten a day, over some months. */
function receivedAt(place: number): string {
  return new Date(Date.UTC(2026, 0, 1) + place * 8_640_000).toISOString();
}
