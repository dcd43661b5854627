import { createScheduledController, env } from 'cloudflare:test';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { isoTime, sqliteTime } from '../src/clock.ts';
import worker from '../src/index.ts';
import { drain } from '../src/queue/drain.ts';
import type { QueueMessage } from '../src/queue/messages.ts';
import { countingDatabase } from './support/counting-database.ts';
import { day, event } from './support/events.ts';
import { forgetRawEvents, insertAlike, insertRaw } from './support/raw-rows.ts';
import { consume, deliver, envWithOutbox, newTerraId, newUser, rawEvent } from './support/stack.ts';

const NOW = Date.parse('2026-03-05T12:00:00.000Z');
const HOUR = 3_600_000;
const ago = (ms: number) => ({ received_at: sqliteTime(NOW - ms) });

/** Ids a drain at that time enqueued, in order. */
async function drainedAt(nowMs = NOW): Promise<number[]> {
  const { env: used, outbox } = envWithOutbox();
  const count = await drain(used, nowMs);
  expect(outbox.messages).toHaveLength(count);
  return outbox.messages.map((message) => ('rawEventId' in message ? message.rawEventId : -1));
}

// Whatever another test left unprocessed would be drained too.
beforeEach(forgetRawEvents);

describe('the drain takes', () => {
  it('rows never attempted whatever their age, oldest first, with their size', async () => {
    const [old, legacy, fresh] = await insertRaw(
      { ...ago(400 * 24 * HOUR), payload_bytes: 7, next_attempt_at: isoTime(NOW - 1) },
      { ...ago(HOUR), payload_bytes: null },
      { ...ago(60_000), payload_bytes: 9, next_attempt_at: isoTime(NOW) },
    );
    const { env: used, outbox } = envWithOutbox();
    await drain(used, NOW);
    expect(outbox.messages).toEqual([
      { rawEventId: old, bytes: 7 },
      { rawEventId: legacy },
      { rawEventId: fresh, bytes: 9 },
    ]);
  });

  it('failed rows of the last 24 hours whose wait is over, dead-lettered or not', async () => {
    const failed = { attempts: 2, process_error: 'TypeError: x' };
    const [first, dead, edge] = await insertRaw(
      { ...failed, ...ago(HOUR), next_attempt_at: isoTime(NOW - 1) },
      { ...failed, ...ago(HOUR), dead_lettered_at: isoTime(NOW - 1) },
      { ...failed, ...ago(24 * HOUR) },
      { ...failed, ...ago(24 * HOUR + 1) },
      { ...failed, ...ago(HOUR), next_attempt_at: isoTime(NOW + 1) },
    );
    expect(await drainedAt()).toEqual([first, dead, edge]);
  });

  it('what is new or was let go, and passes over what waits for somebody once', async () => {
    const waits = { attempts: 1, process_error: 'no_connection_for_terra_user' };
    const [early = 0, letGo] = await insertRaw({ ...ago(HOUR), ...waits }, { ...ago(HOUR), ...waits });
    await insertAlike(40, { ...ago(HOUR), ...waits });
    expect(await drainedAt()).toEqual([]);
    const setBack =
      'update raw_events set process_error = null, attempts = 0, released_at = ?2 where id = ?1';
    await env.DB.prepare(setBack).bind(letGo, isoTime(NOW)).run();
    const [fresh] = await insertRaw(ago(0));
    const { db, cost } = countingDatabase(env.DB);
    const { env: used, outbox } = envWithOutbox({ ...env, DB: db });
    await drain(used, NOW);
    expect(outbox.messages).toMatchObject([{ rawEventId: letGo }, { rawEventId: fresh }]);
    expect(cost.rowsRead).toBeLessThan(40);
    // By hand, as docs/changing.md has it: what had an outcome at once, what an earlier version left the next day.
    const [ended = 0] = await insertRaw({ ...ago(HOUR), duration_ms: 5 });
    await insertRaw(ago(-HOUR));
    expect(await drainedAt(NOW + 1_000)).toEqual([ended, ended + 1]);
    await env.DB.prepare(setBack).bind(early, null).run();
    expect(await drainedAt(NOW + 60_000)).toEqual([]);
    expect(await drainedAt(NOW + 24 * HOUR)).toEqual([early, letGo, fresh, ended, ended + 1]);
  });

  it('what waits for a payload or for an upload', async () => {
    const ids = await insertRaw(
      { ...ago(HOUR), attempts: 1, process_error: 'payload_missing' },
      { ...ago(HOUR), attempts: 1, process_error: 'no_lab_upload_for_upload_id' },
    );
    expect(await drainedAt()).toEqual(ids);
  });

  it.each([
    'no_connection_for_terra_user',
    'payload_url_expired',
    'payload_url_refused',
    'owner_conflict',
    'payload_invalid:data[0].metadata.start_time',
    'skipped:nutrition',
  ])('nothing that only an operator or the thing itself moves: %s', async (process_error) => {
    await insertRaw(
      { ...ago(HOUR), process_error, attempts: 1 },
      { ...ago(HOUR), process_error, attempts: 0 },
    );
    expect(await drainedAt()).toEqual([]);
  });

  it('nothing that is processed, with or without an error', async () => {
    const processed_at = sqliteTime(NOW);
    await insertRaw(
      { processed_at },
      { processed_at, attempts: 1, process_error: 'TypeError: x', ...ago(1) },
    );
    expect(await drainedAt()).toEqual([]);
  });

  it('no row in flight: 30 seconds after its receipt at the earliest', async () => {
    const response = await deliver(event('daily', { user: newUser(), terraId: newTerraId() }, [day()]));
    const { raw_event_id: id } = (await response.json()) as { raw_event_id: number };
    const received = Date.parse(`${String((await rawEvent(id)).received_at).replace(' ', 'T')}Z`);
    expect(await drainedAt(received + 29_999)).toEqual([]);
    expect(await drainedAt(received + 30_000)).toEqual([id]);
  });

  it('no row again before its message had five minutes, however many drains run at once', async () => {
    const ids = await insertAlike(30, ago(HOUR));
    const both = await Promise.all([drainedAt(), drainedAt()]);
    expect(both.flat().toSorted((a, b) => a - b)).toEqual(ids);
    expect(await drainedAt(NOW + 299_999)).toEqual([]);
    expect(await drainedAt(NOW + 300_000)).toEqual(ids);
  });

  it('what the real consumer left with a backoff only when that is over', async () => {
    const upload = { upload_id: crypto.randomUUID(), data: [{ results: [] }] };
    const { raw_event_id: id } = (await (await deliver(upload)).json()) as { raw_event_id: number };
    await consume([{ rawEventId: id }]);
    const row = await rawEvent(id);
    expect([row.process_error, row.attempts]).toEqual(['no_lab_upload_for_upload_id', 1]);
    const next = Date.parse(String(row.next_attempt_at));
    expect(await drainedAt(next - 1)).toEqual([]);
    expect(await drainedAt(next)).toEqual([id]);
  });
});

describe('neither kind of row hides the other', () => {
  it('60 that always fail do not keep a new one waiting', async () => {
    const failing = await insertAlike(60, { ...ago(HOUR), attempts: 3, process_error: 'TypeError: x' });
    const [fresh] = await insertRaw(ago(60_000));
    expect(await drainedAt()).toEqual([...failing.slice(0, 50), fresh]);
    expect(await drainedAt(NOW + 1)).toEqual(failing.slice(50));
  });

  it('1,000 new ones and 50 that failed go in one tick, in sends of at most 100', async () => {
    const fresh = await insertAlike(1_005, { ...ago(HOUR), payload: '{}' });
    const failing = await insertAlike(51, { ...ago(HOUR), attempts: 1, process_error: 'TypeError: x' });
    const sends: number[] = [];
    const ids: number[] = [];
    const sendBatch = async (batch: Iterable<{ body: QueueMessage }>) => {
      const bodies = [...batch].map(({ body }) => body);
      sends.push(bodies.length);
      for (const body of bodies) if ('rawEventId' in body) ids.push(body.rawEventId);
    };
    await drain({ ...env, TERRA_EVENTS: { sendBatch } as unknown as Queue }, NOW);
    expect(ids).toEqual([...fresh.slice(0, 1_000), ...failing.slice(0, 50)]);
    expect(Math.max(...sends)).toBeLessThanOrEqual(100);
  });

  it('a queue that refuses loses nothing: the rows are drained when their lease ends', async () => {
    const ids = await insertAlike(3, ago(HOUR));
    const sendBatch = async () => Promise.reject(new Error('queue is away'));
    await expect(drain({ ...env, TERRA_EVENTS: { sendBatch } as unknown as Queue }, NOW)).rejects.toThrow(
      'away',
    );
    expect(await drainedAt(NOW + 300_000)).toEqual(ids);
  });
});

describe('the cron every five minutes', () => {
  async function ticked(): Promise<{ lines: string[]; messages: readonly QueueMessage[] }> {
    const log = vi.spyOn(console, 'log');
    const { env: used, outbox } = envWithOutbox();
    try {
      await worker.scheduled(createScheduledController({ cron: '*/5 * * * *' }), used);
      return { lines: log.mock.calls.map(([line]) => String(line)), messages: outbox.messages };
    } finally {
      log.mockRestore();
    }
  }

  it('says when there is nothing to drain', async () => {
    const { lines, messages } = await ticked();
    expect(messages).toEqual([]);
    expect(lines.map((line) => JSON.parse(line).message)).toContain('cron(5m): nothing to drain');
  });

  it('drains, and says and traces how much', async () => {
    const ids = await insertAlike(2, {});
    const { lines, messages } = await ticked();
    expect(messages).toEqual(ids.map((rawEventId) => ({ rawEventId, bytes: 2 })));
    expect(lines.map((line) => JSON.parse(line))).toContainEqual({
      level: 'info',
      event: 'drain_enqueued',
      rows: 2,
    });
    const traced = await env.DB.prepare(
      "select data from trace_events where event = 'drain_enqueued' order by id desc",
    ).first();
    expect(traced).toEqual({ data: '{"rows":2}' });
  });
});
