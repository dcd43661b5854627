import { env } from 'cloudflare:test';
import { afterAll, describe, expect, it } from 'vitest';
import { onCron } from '../src/cron/schedule.ts';
import { ERASURE_EVENTS_A_SLICE, MINUTE_MS } from '../src/limits.ts';
import { countingDatabase } from './support/counting-database.ts';
import { addCrowd, addEventsOf } from './support/crowd.ts';
import { erase, receiptOf, smallPerson } from './support/erasing.ts';
import { insertRaw } from './support/raw-rows.ts';
import { newTerra } from './support/terra.ts';

/** `npm run erasure-cost` measures among a million events of others, the suite among a few. */
const { env: vite } = import.meta as unknown as { env: { MODE: string } };
const IS_WHOLE = vite.MODE === 'erasure-cost';
const CROWDS = IS_WHOLE ? [1_000, 100_000, 1_000_000] : [1_000, 4_000];
const OWN_EVENTS = IS_WHOLE ? 100_000 : 2 * ERASURE_EVENTS_A_SLICE + 1;
const WHOLE_MS = 900_000;

/** What an erasure of `person` reads: 30 events of theirs, 6 that only name them, and what stands about them. */
const ROWS_READ = 816;

const report: string[] = [];

/** Somebody with 31 events, and 6 more that nobody has and that name them. */
async function person() {
  const someone = await smallPerson();
  const { user, terraId, uploadId } = someone;
  await addEventsOf(user, terraId, { events: 30, bytes: 2_000 });
  const skipped = { processed_at: '2026-03-01 10:00:00.000', process_error: 'skipped:nutrition' };
  await insertRaw(
    { ...skipped, reference_id: user },
    { ...skipped, terra_user_id: terraId },
    { ...skipped, event_type: 'lab_report', reference_id: uploadId },
    { reference_id: user, user_id: 'user_somebody_else' },
    { terra_user_id: terraId, process_error: 'owner_conflict' },
    { event_type: 'lab_report.failed', payload: JSON.stringify({ data: { reference_id: user } }) },
  );
  await env.DB.batch(
    [
      [user, null],
      [null, terraId],
    ].map(([by, id]) =>
      env.DB.prepare(
        "insert into trace_events(level, event, user_id, terra_user_id) values ('info', 'backfill_requested', ?, ?)",
      ).bind(by ?? null, id ?? null),
    ),
  );
  return someone;
}

describe('what an erasure reads', () => {
  it(
    'is the same however many events others have',
    async () => {
      let crowd = 0;
      for (const size of CROWDS) {
        await addCrowd(size - crowd);
        crowd = size;
        const { user } = await person();
        const { db, cost } = countingDatabase(env.DB);
        const startedMs = performance.now();
        const receipt = await receiptOf(await erase(user, { ...newTerra().env, DB: db }));
        const tookMs = Math.round(performance.now() - startedMs);
        report.push(`${size} events of others: ${cost.rowsRead} rows read, ${tookMs} ms`);
        expect(receipt.deleted).toMatchObject({ raw_events: 37, trace_events: 2 });
        expect([size, cost.rowsRead]).toEqual([size, ROWS_READ]);
      }
    },
    WHOLE_MS,
  );

  it(
    'of somebody with many events is deleted slice by slice, and goes on where a slice failed',
    async () => {
      const { user, terraId } = await smallPerson();
      await addEventsOf(user, terraId, { events: OWN_EVENTS, bytes: IS_WHOLE ? 2_000 : 20 });
      expect((await erase(user, { ...newTerra().env, DB: failingAtSlice(2) })).status).toBe(503);
      expect(await eventsOf(user)).toBe(OWN_EVENTS + 1 - ERASURE_EVENTS_A_SLICE);
      const { db, cost } = countingDatabase(env.DB);
      const startedMs = performance.now();
      await onCron('*/5 * * * *', { ...newTerra().env, DB: db }, Date.now() + 11 * MINUTE_MS);
      const tookMs = Math.round(performance.now() - startedMs);
      report.push(`${OWN_EVENTS} events of one person: ${cost.rowsRead} rows read, ${tookMs} ms`);
      expect(await eventsOf(user)).toBe(0);
      expect(await env.DB.prepare('select count(*) as n from erasures').first('n')).toBe(0);
    },
    WHOLE_MS,
  );

  afterAll(() => {
    if (IS_WHOLE) console.log(report.join('\n'));
  });
});

/** A database that is away from the nth slice of events on. */
function failingAtSlice(nth: number): D1Database {
  let slices = 0;
  const prepare = (sql: string) => {
    if (sql.startsWith('delete from raw_events where id in')) slices += 1;
    if (slices >= nth) throw new Error('D1_ERROR: away');
    return env.DB.prepare(sql);
  };
  return { prepare, batch: env.DB.batch.bind(env.DB) } as unknown as D1Database;
}

async function eventsOf(user: string): Promise<number> {
  return (
    (await env.DB.prepare('select count(*) as n from raw_events where user_id = ?').bind(user).first('n')) ??
    0
  );
}
