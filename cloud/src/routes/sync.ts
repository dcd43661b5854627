import { z } from 'zod';
import type { PersonApp } from '../app-env.ts';
import { type IsoTime, isoText, isoTime, type UnixMs } from '../clock.ts';
import { syncRoute } from '../contract/routes/sync.ts';
import { SYNC_DEFAULT_TABLES, SYNC_TABLES, type SyncPage, type SyncTableName } from '../contract/sync.ts';
import { ApiError } from '../errors.ts';
import { askedRanges } from '../imports/asked-days.ts';
import { REQUEST_OPEN_MAX_MS } from '../limits.ts';
import { daysFrom, isDayStream } from '../store/biomarker-feed.ts';
import {
  type Feed,
  type FeedPage,
  feedSince,
  readFeedPage,
  readFeedTotal,
  type StreamState,
} from '../store/change-feed.ts';
import { documentedRouter } from './documented-router.ts';
import { readTables } from './named-tables.ts';
import { parseInstant, parseJson } from './validation.ts';

export const sync = documentedRouter<PersonApp>().serve(syncRoute, async (c) => {
  const { since, cursor, limit, tables, total, include } = c.req.valid('query');
  const userId = c.get('userId');
  const from = readSince(since);
  const { feed, began } =
    cursor === undefined ? { feed: feedSince(from, namedTables(tables)), began: null } : decodeCursor(cursor);
  const nowMs = Date.now();
  const page = await readFeedPage(c.env.DB, feed, {
    userId,
    limit,
    includeRaw: include === 'raw',
    openSince: isoTime(nowMs - REQUEST_OPEN_MAX_MS),
  });
  // A sync of everything that began before a restore has rows on its first pages that are gone by now.
  const stands = from === '' ? (began ?? '') : from;
  if (stands !== '' && stands < page.fullSyncBefore) {
    throw new ApiError(
      'sync_expired',
      'since: not all that changed since then can be told any more; sync in full, without `since`',
    );
  }
  // What one page holds needs no counting: most syncs do without.
  const isCounted = total !== undefined && cursor === undefined && page.hasMore;
  const answer = syncAnswer(page, nowMs, began ?? isoText(page.clock));
  if (!isCounted) return c.json(answer, 200);
  return c.json({ ...answer, total: await readFeedTotal(c.env.DB, feed, userId) }, 200);
});

function syncAnswer(
  { rows, feed, clock, hasMore, asked }: FeedPage,
  nowMs: UnixMs,
  began: IsoTime,
): SyncPage {
  const { deleted = [], ...tables } = rows;
  return {
    data: {
      ...tables,
      deleted: deleted.map((row) => ({
        table: String(row.table_name),
        key: deletedKey.parse(JSON.parse(String(row.key))),
        deleted_at: String(row.deleted_at),
      })),
    },
    now: clock,
    next_cursor: hasMore ? encodeCursor(feed, began) : null,
    has_more: hasMore,
    ...(hasMore ? {} : { asked: askedRanges(asked, nowMs) }),
  };
}

const deletedKey = z.record(z.string(), z.string());

/** The clock's own form of any ISO time; nothing is before every moment. */
function readSince(since: string | undefined): IsoTime {
  if (since === undefined || since === '') return isoText('');
  const ms = parseInstant(since);
  if (ms === null) {
    throw new ApiError('invalid_request', 'since: must be an ISO time, such as the `now` of a sync');
  }
  return isoTime(ms);
}

function namedTables(tables: string | undefined): readonly SyncTableName[] {
  return tables === undefined ? SYNC_DEFAULT_TABLES : readTables(tables, SYNC_TABLES);
}

const moment = z.string().max(30).transform(isoText);
const short = z.union([z.literal(0), z.literal(1)]);
const rowState = z.tuple([moment, z.number().int(), short]);
const dayState = z.tuple([moment, z.string(), z.string(), z.string(), moment, short]);

/**
 * `{stream: [...position, ran short (0|1)]}` in base64url. Positions only: `[updated_at, rowid]`, of what goes by days
 * `[updated_at, source, draw_date, code, since]`. A cursor from before days has rowids everywhere. `began` is the clock of the
 * first page, which earlier cursors do not have.
 */
const streamsShape = z
  .partialRecord(z.enum([...SYNC_TABLES, 'deleted']), z.union([rowState, dayState]))
  .refine((streams) => streams.deleted !== undefined)
  .refine((streams) =>
    Object.entries(streams).every(([name, state]) => state.length === 3 || isDayStream(name)),
  );

const beganShape = z.looseObject({ began: moment.optional() });

function encodeCursor(feed: Feed, began: IsoTime): string {
  const positions = Object.entries(feed).map(([name, { position, isShort }]) => [
    name,
    [...position, isShort ? 1 : 0],
  ]);
  return Buffer.from(JSON.stringify({ ...Object.fromEntries(positions), began })).toString('base64url');
}

function decodeCursor(cursor: string): { readonly feed: Feed; readonly began: IsoTime | null } {
  const whole = beganShape.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  const { began = null, ...rest } = whole.data ?? {};
  const streams = streamsShape.safeParse(rest);
  if (!whole.success || !streams.success) {
    throw new ApiError('invalid_request', 'cursor: must be the `next_cursor` of the page before');
  }
  const states = Object.entries(streams.data).map(([name, state]) => [name, streamState(name, state)]);
  return { feed: Object.fromEntries(states), began };
}

function streamState(name: string, state: z.infer<typeof rowState> | z.infer<typeof dayState>): StreamState {
  if (state.length === 6) {
    const [at, source, drawDate, code, since, flag] = state;
    return { position: [at, source, drawDate, code, since], isShort: flag === 1 };
  }
  const [at, rowid, flag] = state;
  return { position: isDayStream(name) ? daysFrom(at) : [at, rowid], isShort: flag === 1 };
}
