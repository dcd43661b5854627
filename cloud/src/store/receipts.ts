import { type IsoTime, type SqliteTime, type UnixMs, unixMsOf } from '../clock.ts';
import type { HistoryResource } from '../contract/import.ts';
import type { TerraUserId, UserId } from '../ids.ts';
import { HISTORY_RESOURCES } from '../normalize/event-types.ts';
import { rowSet, statementsForRows } from './row-sets.ts';
import { allRows, runAll, statement } from './statements.ts';
import { storeSweepStatement } from './sweeps.ts';

/**
 * What connections are used to: read from the events in turn, each once, by the cron. An event itself writes nothing
 * for it.
 */

/** One delivery of data, as a habit is learned from it. */
export type ReceivedEvent = {
  readonly id: number;
  readonly receivedMs: UnixMs;
  readonly resource: HistoryResource;
  readonly terraUserId: TerraUserId;
};

export type ReceivedPage = {
  readonly events: readonly ReceivedEvent[];
  /** The last event that was looked at; null where there was none. */
  readonly lastId: number | null;
  /** Nothing older than `before` is left behind it. */
  readonly isEnd: boolean;
};

/**
 * The next so many events after one, received before a moment: those that bring data of a connection and answer no
 * request of ours. The parts of a large answer have `:chunk:<n>` behind their reference.
 */
export async function readReceivedEvents(
  db: D1Database,
  afterId: number,
  before: SqliteTime,
  limit: number,
): Promise<ReceivedPage> {
  const rows = await allRows<{
    id: number;
    received_at: SqliteTime;
    event_type: string;
    terra_user_id: TerraUserId | null;
    is_answer: number;
  }>(
    db,
    statement(
      `select r.id, r.received_at, r.event_type, r.terra_user_id,
  r.terra_reference is not null and exists (
    select 1
    from terra_connections c
    cross join backfills b on b.user_id = c.user_id
    where c.terra_user_id = r.terra_user_id
      and b.terra_reference = substr(r.terra_reference, 1, instr(r.terra_reference || ':chunk:', ':chunk:') - 1)
  ) as is_answer
from raw_events r
where r.id > ?1
order by r.id
limit ?2`,
      afterId,
      limit,
    ),
  );
  const young = rows.findIndex((row) => row.received_at >= before);
  const old = young < 0 ? rows : rows.slice(0, young);
  return {
    events: old.flatMap(({ id, received_at, event_type, terra_user_id, is_answer }) => {
      const resource = HISTORY_RESOURCES.find((one) => one === event_type);
      if (resource === undefined || !terra_user_id || is_answer === 1) return [];
      return [{ id, receivedMs: unixMsOf(received_at), resource, terraUserId: terra_user_id }];
    }),
    lastId: old.at(-1)?.id ?? null,
    isEnd: young >= 0 || rows.length < limit,
  };
}

/** What is kept of a connection's deliveries, as JSON, and whose it is. */
export type KnownReceipts = { readonly user_id: UserId; readonly receipts: string | null };

/** Of these connections; of one that is not known nothing. */
export async function readReceipts(
  db: D1Database,
  terraUserIds: readonly TerraUserId[],
): Promise<ReadonlyMap<TerraUserId, KnownReceipts>> {
  const rows = await allRows<KnownReceipts & { terra_user_id: TerraUserId }>(
    db,
    statement(
      `select c.terra_user_id, c.user_id, c.receipts
from json_each(?1) j
cross join terra_connections c on c.terra_user_id = j.value`,
      JSON.stringify(terraUserIds),
    ),
  );
  return new Map(rows.map(({ terra_user_id, ...known }) => [terra_user_id, known]));
}

const LEARNED = ['terra_user_id', 'user_id', 'receipts'] as const;

/**
 * Stores what was learned of events up to `lastId`, in one transaction with that. Fails as a lost race where another
 * run learned of them meanwhile. Of somebody who is being erased nothing is written, and nothing where the connection
 * was given to another person since it was read.
 */
export async function storeReceipts(
  db: D1Database,
  learned: readonly {
    readonly terra_user_id: TerraUserId;
    readonly user_id: UserId;
    readonly receipts: string;
  }[],
  range: { readonly afterId: number; readonly lastId: number },
  now: IsoTime,
): Promise<void> {
  await runAll(db, [
    statement(
      `insert into commit_guard(stale)
select 1
where coalesce((select cursor from sweeps where name = 'receipts'), '0') <> ?1`,
      String(range.afterId),
    ),
    ...statementsForRows(
      `update terra_connections set receipts = j.receipts
from ${rowSet(LEARNED)} j
where terra_connections.terra_user_id = j.terra_user_id
  and terra_connections.user_id = j.user_id
  and not exists (select 1 from erasures where subject = terra_connections.user_id)`,
      LEARNED,
      learned,
    ),
    storeSweepStatement('receipts', String(range.lastId), null, now),
  ]);
}
