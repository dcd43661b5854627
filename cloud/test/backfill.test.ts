import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { sendBackfill } from '../src/imports/send-backfill.ts';
import { sweepOutbox } from '../src/queue/outbox.ts';
import { terraUser } from './support/events.ts';
import { consume, daysBefore, envWithOutbox, ingest, newTerraId, newUser } from './support/stack.ts';
import { type FarTerra, newTerra, queryOf } from './support/terra.ts';

const NOW = Date.UTC(2026, 2, 1, 12);

type Backfill = {
  readonly id: string;
  readonly user: string;
  readonly terraId: string;
  /** When the event that caused it came. */
  readonly receivedAt: unknown;
};

/** The outbox row for a new connection's daily history. */
async function newBackfill(used?: Env): Promise<Backfill> {
  const who = { user: newUser(), terraId: newTerraId() };
  const auth = { type: 'auth', user: terraUser(who) };
  const { received_at } = await ingest(auth, used === undefined ? {} : { env: used });
  const id = await env.DB.prepare("select id from backfills where user_id = ? and resource = 'daily'")
    .bind(who.user)
    .first<string>('id');
  return { ...who, id: String(id), receivedAt: received_at };
}

function rowOf(id: string): Promise<Record<string, unknown> | null> {
  return env.DB.prepare(
    'select status, attempts, error, terra_reference, sent_at, next_attempt_at from backfills where id = ?',
  )
    .bind(id)
    .first();
}

async function tracesOf({ user }: Backfill): Promise<Record<string, unknown>[]> {
  const { results } = await env.DB.prepare(
    'select event, level, message, terra_user_id, data, raw_event_id from trace_events where user_id = ? order by id',
  )
    .bind(user)
    .all();
  return results;
}

async function answering(status: number, body: unknown, headers?: Record<string, string>): Promise<FarTerra> {
  const terra = newTerra();
  await terra.answers('/daily', status, body, headers === undefined ? {} : { headers });
  return terra;
}

describe('a request for history', () => {
  it('goes to Terra for the webhook, without samples, and keeps the reference', async () => {
    const terra = await answering(200, { status: 'success', reference: 'ref-7' });
    const backfill = await newBackfill();
    expect(await sendBackfill(terra.env, backfill.id, NOW)).toEqual({ state: 'sent' });
    const calls = await terra.calls();
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      method: 'GET',
      url: expect.stringMatching(/^\/[^/]+\/v2\/daily\?/),
      headers: { 'dev-id': 'test-dev-id', 'x-api-key': 'test-api-key' },
      body: '',
    });
    expect(calls.map(queryOf)).toEqual([
      {
        user_id: backfill.terraId,
        start_date: daysBefore(backfill.receivedAt, 90),
        end_date: daysBefore(backfill.receivedAt, 0),
        to_webhook: 'true',
        with_samples: 'false',
      },
    ]);
    expect(await rowOf(backfill.id)).toMatchObject({
      status: 'sent',
      attempts: 1,
      error: null,
      terra_reference: 'ref-7',
      sent_at: '2026-03-01T12:00:00.000Z',
    });
    expect(await tracesOf(backfill)).toEqual([
      {
        event: 'backfill_requested',
        level: 'info',
        message: null,
        terra_user_id: backfill.terraId,
        data: JSON.stringify({ backfill_id: backfill.id, resource: 'daily', attempts: 1 }),
        raw_event_id: expect.any(Number),
      },
    ]);
  });

  it.each([
    ['a number as reference', { reference: 12 }, '12'],
    ['no reference', { status: 'success' }, null],
    ['no JSON', 'OK', null],
    ['an odd reference', { reference: { id: 1 } }, null],
  ])('is sent when Terra answers 200 with %s', async (_, body, reference) => {
    const terra = await answering(200, body);
    const { id } = await newBackfill();
    expect(await sendBackfill(terra.env, id, NOW)).toEqual({ state: 'sent' });
    expect(await rowOf(id)).toMatchObject({ status: 'sent', terra_reference: reference });
  });

  it('tells of days asked for only at its own person’s connection', async () => {
    const terra = await answering(200, { status: 'success', reference: 'ref-8' });
    const backfill = await newBackfill();
    const connection = env.DB.prepare(
      'select user_id, asked_from from terra_connections where terra_user_id = ?',
    ).bind(backfill.terraId);
    const other = newUser();
    await env.DB.batch([
      env.DB.prepare('insert into users(id) values (?)').bind(other),
      env.DB.prepare(
        'update terra_connections set user_id = ?, asked_from = null where terra_user_id = ?',
      ).bind(other, backfill.terraId),
    ]);
    await sendBackfill(terra.env, backfill.id, NOW);
    expect(await connection.first()).toEqual({ user_id: other, asked_from: null });
  });

  it('is not followed to another address', async () => {
    const terra = await answering(302, {}, { location: 'https://elsewhere.test/' });
    const { id } = await newBackfill();
    expect(await sendBackfill(terra.env, id, NOW)).toEqual({ state: 'failed' });
    expect(await rowOf(id)).toMatchObject({ status: 'failed', error: 'http 302: {}' });
  });
});

describe('a request that Terra does not take now', () => {
  it.each([
    ['Retry-After', { 'retry-after': '120' }, 120],
    ['its own header', { 'x-terra-ratelimit-reset-after': '12.2' }, 13],
    [
      'its own header beside a date',
      { 'retry-after': 'Sun, 01 Mar 2026 12:00:00 GMT', 'x-terra-ratelimit-reset-after': '7' },
      7,
    ],
    ['more than the queue can wait', { 'retry-after': '999999' }, 86_400],
    ['no header', {}, 60],
  ])('waits as long as a 429 says by %s', async (_, headers, delaySeconds) => {
    const terra = await answering(429, { message: 'slow down' }, headers);
    const { id } = await newBackfill();
    expect(await sendBackfill(terra.env, id, NOW)).toEqual({ state: 'retry', delaySeconds });
    expect(await rowOf(id)).toEqual({
      status: 'pending',
      attempts: 1,
      error: 'http 429: {"message":"slow down"}',
      terra_reference: null,
      sent_at: null,
      next_attempt_at: new Date(NOW + delaySeconds * 1_000).toISOString(),
    });
  });

  it('is retried with backoff while Terra is down, and fails for good after the eighth time', async () => {
    const terra = await answering(503, {});
    const backfill = await newBackfill();
    const delays: unknown[] = [];
    for (let i = 0; i < 7; i += 1) {
      const outcome = await sendBackfill(terra.env, backfill.id, NOW);
      delays.push(outcome.state === 'retry' ? outcome.delaySeconds : outcome.state);
    }
    expect(delays).toEqual([60, 120, 240, 480, 960, 1_920, 3_840]);
    expect(await tracesOf(backfill)).toEqual([]);
    expect(await sendBackfill(terra.env, backfill.id, NOW)).toEqual({ state: 'failed' });
    expect(await rowOf(backfill.id)).toMatchObject({ status: 'failed', attempts: 8, error: 'http 503: {}' });
    expect(await tracesOf(backfill)).toMatchObject([{ event: 'backfill_failed', level: 'error' }]);
  });

  it('is retried when nobody answers', async () => {
    const { id } = await newBackfill();
    // Nothing listens at the address that all tests have by default.
    expect(await sendBackfill(env, id, NOW)).toEqual({ state: 'retry', delaySeconds: 60 });
    const error = expect.stringMatching(/^network: /);
    expect(await rowOf(id)).toMatchObject({ status: 'pending', attempts: 1, error });
  });

  it('goes out when Terra is back', async () => {
    const terra = await answering(200, { reference: 'r' });
    await terra.answers('/daily', 500, {}, { times: 1 });
    const { id } = await newBackfill();
    expect(await consume([{ backfillId: id }], terra.env)).toEqual({ acked: [0], retried: [] });
    expect(await rowOf(id)).toMatchObject({ status: 'pending', attempts: 1 });
    expect(await consume([{ backfillId: id }], terra.env)).toEqual({ acked: [0], retried: [] });
    expect(await rowOf(id)).toMatchObject({ status: 'sent', attempts: 2, error: null });
  });

  it.each([400, 401, 404])('fails at once on a %i', async (status) => {
    const terra = await answering(status, { message: 'no' });
    const backfill = await newBackfill();
    expect(await sendBackfill(terra.env, backfill.id, NOW)).toEqual({ state: 'failed' });
    const error = `http ${status}: {"message":"no"}`;
    expect(await rowOf(backfill.id)).toMatchObject({ status: 'failed', attempts: 1, error });
    expect(await tracesOf(backfill)).toMatchObject([
      { event: 'backfill_failed', level: 'error', message: error },
    ]);
  });

  it('stays, uncounted, while the keys to Terra are missing', async () => {
    const terra = newTerra({ ...env, TERRA_API_KEY: '' });
    const { id } = await newBackfill();
    expect(await consume([{ backfillId: id }], terra.env)).toEqual({ acked: [], retried: [0] });
    expect(await rowOf(id)).toMatchObject({ status: 'pending', attempts: 0 });
    expect(await terra.calls()).toEqual([]);
  });
});

describe('an outbox row', () => {
  it('is sent once, however often its message comes', async () => {
    const terra = await answering(200, { reference: 'r' });
    const { id } = await newBackfill();
    const message = { backfillId: id };
    expect(await consume([message, message, { backfillId: 'nobody' }], terra.env)).toEqual({
      acked: [0, 1, 2],
      retried: [],
    });
    expect(await terra.calls()).toHaveLength(1);
  });

  it('that was sent stays so, though a twin of its message failed', async () => {
    const [good, bad] = [await answering(200, { reference: 'r' }), await answering(400, {})];
    const { id } = await newBackfill();
    // The twin has read the row, and asks Terra, before the first one's answer is recorded.
    const lagging = {
      prepare: (sql: string) => env.DB.prepare(sql),
      batch: async (statements: D1PreparedStatement[]) => {
        await sendBackfill(good.env, id, NOW);
        return env.DB.batch(statements);
      },
    };
    await sendBackfill({ ...bad.env, DB: lagging as unknown as D1Database }, id, NOW);
    expect(await rowOf(id)).toMatchObject({ status: 'sent', terra_reference: 'r', error: null });
  });

  it('whose message was lost is swept when it is due, once, others not', async () => {
    const lost = { ...env, TERRA_EVENTS: { sendBatch: () => Promise.reject(new Error('down')) } };
    const due = await newBackfill(lost as unknown as Env);
    const [future, sent] = [await newBackfill(), await newBackfill()];
    await env.DB.prepare("update backfills set status = 'sent' where user_id = ?").bind(sent.user).run();
    for (const [{ user }, dueMs] of [
      [due, NOW],
      [sent, NOW],
      [future, NOW + 3_600_000],
    ] as const)
      await env.DB.prepare('update backfills set next_attempt_at = ? where user_id = ?')
        .bind(new Date(dueMs).toISOString(), user)
        .run();
    const { env: used, outbox } = envWithOutbox();
    const sweep = async (nowMs: number) => {
      outbox.messages.length = 0;
      const count = await sweepOutbox(used, nowMs);
      expect(outbox.messages).toHaveLength(count);
      const ids = outbox.messages.map((m) => ('backfillId' in m ? m.backfillId : ''));
      return [due, future, sent].map(({ id }) => ids.includes(id));
    };
    expect(await sweep(NOW)).toEqual([true, false, false]);
    expect(await sweep(NOW + 299_000)).toEqual([false, false, false]);
    expect(await sweep(NOW + 301_000)).toEqual([true, false, false]);
  });
});
