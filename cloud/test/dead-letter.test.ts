import { createMessageBatch, env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { isoTime } from '../src/clock.ts';
import { consumeDeadLetters } from '../src/queue/dead-letter.ts';
import { drain } from '../src/queue/drain.ts';
import type { QueueMessage } from '../src/queue/messages.ts';
import { insertRaw } from './support/raw-rows.ts';
import { asOperator, consume, envWithOutbox, newUser, rawEvent } from './support/stack.ts';

const ISO = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/);

async function deadLettered(...messages: readonly unknown[]) {
  return consume(messages as QueueMessage[], undefined, 'terra-events-dlq');
}

async function insertBackfill(columns: Record<string, string | number>): Promise<string> {
  const [id, user] = [crypto.randomUUID(), newUser()];
  const row = {
    id,
    user_id: user,
    terra_user_id: 'terra',
    resource: 'sleep',
    start_date: '2026-01-01',
    end_date: '2026-03-01',
    next_attempt_at: isoTime(0),
    created_at: isoTime(0),
    ...columns,
  };
  await env.DB.batch([
    env.DB.prepare('insert into users(id) values (?)').bind(user),
    env.DB.prepare(
      `insert into backfills(${Object.keys(row).join()}) values (${Object.keys(row)
        .map(() => '?')
        .join()})`,
    ).bind(...Object.values(row)),
  ]);
  return id;
}

async function traced(rawEventId: number) {
  const { results } = await env.DB.prepare(
    'select level, event, request_id from trace_events where raw_event_id = ?',
  )
    .bind(rawEventId)
    .all();
  return results;
}

describe('a dead letter', () => {
  it('marks its row and nothing else of it, leaves a trace, and is in the operator’s list', async () => {
    const [id = 0, other = 0] = await insertRaw(
      { process_error: 'TypeError: x', attempts: 6 },
      { attempts: 6 },
    );
    const [before, untouched] = [await rawEvent(id), await rawEvent(other)];
    expect(await deadLettered({ rawEventId: id, requestId: 'request-1', bytes: 2 })).toEqual({
      acked: [0],
      retried: [],
    });
    expect(await rawEvent(id)).toEqual({ ...before, dead_lettered_at: ISO });
    expect(await rawEvent(other)).toEqual(untouched);
    expect(await traced(id)).toEqual([{ level: 'error', event: 'dead_lettered', request_id: 'request-1' }]);
    const { rows } = (await (await asOperator('/admin/dlq')).json()) as { rows: Record<string, unknown>[] };
    expect(rows.find((row) => row.id === id)).toMatchObject({
      dead_lettered: true,
      process_error: 'TypeError: x',
    });
  });

  it('of a row that was processed meanwhile leaves it alone', async () => {
    const [id = 0] = await insertRaw({ processed_at: '2026-03-01 10:00:00.000' });
    const before = await rawEvent(id);
    await deadLettered({ rawEventId: id });
    expect(await rawEvent(id)).toEqual(before);
  });

  it('without an outcome is drained as never attempted; the second time it has failed', async () => {
    const [id = 0] = await insertRaw({});
    const before = await rawEvent(id);
    const listed = async () =>
      ((await (await asOperator('/admin/dlq')).json()) as { rows: { id: number }[] }).rows.some(
        (row) => row.id === id,
      );
    await deadLettered({ rawEventId: id });
    expect(await rawEvent(id)).toEqual({ ...before, dead_lettered_at: ISO });
    expect(await listed()).toBe(true);
    await deadLettered({ rawEventId: id });
    const second = await rawEvent(id);
    expect(second).toEqual({
      ...before,
      dead_lettered_at: ISO,
      process_error: 'dead_lettered',
      attempts: 1,
      next_attempt_at: ISO,
    });
    expect(await listed()).toBe(true);
    const { env: used, outbox } = envWithOutbox();
    const aDayLater = Date.parse(`${String(second.received_at).replace(' ', 'T')}Z`) + 86_400_001;
    await drain(used, aDayLater);
    expect(outbox.messages).not.toContainEqual({ rawEventId: id, bytes: 2 });
  });

  it('of outbound work leaves it to the sweep, with the error it had, and ends it after eight attempts', async () => {
    const [refused, silent, last, sent] = [
      await insertBackfill({ error: 'http 503: away' }),
      await insertBackfill({}),
      await insertBackfill({ attempts: 7 }),
      await insertBackfill({ status: 'sent' }),
    ];
    const ids = [refused, silent, last, sent];
    await deadLettered(...ids.map((backfillId) => ({ backfillId })));
    const { results } = await env.DB.prepare(
      'select id, status, attempts, error from backfills where id in (select value from json_each(?))',
    )
      .bind(JSON.stringify(ids))
      .all<{ id: string }>();
    expect(new Map(results.map(({ id, ...row }) => [id, row]))).toEqual(
      new Map([
        [refused, { status: 'pending', attempts: 1, error: 'http 503: away' }],
        [silent, { status: 'pending', attempts: 1, error: 'dead_lettered' }],
        [last, { status: 'failed', attempts: 8, error: 'dead_lettered' }],
        [sent, { status: 'sent', attempts: 0, error: null }],
      ]),
    );
    const about = await env.DB.prepare(
      "select level from trace_events where event = 'backfill_failed' and data = ?",
    )
      .bind(JSON.stringify({ id: silent }))
      .first();
    expect(about).toEqual({ level: 'error' });
  });

  it('that nobody understands takes none of the others along', async () => {
    const [id = 0] = await insertRaw({});
    const result = await deadLettered(
      null,
      'text',
      { hello: 1 },
      { rawEventId: 'x' },
      { rawEventId: id },
      { rawEventId: 999_999_999 },
    );
    expect(result).toEqual({ acked: [0, 1, 2, 3, 4, 5], retried: [] });
    expect((await rawEvent(id)).dead_lettered_at).toEqual(ISO);
    expect(await deadLettered(undefined)).toEqual({ acked: [0], retried: [] });
  });

  it('comes again while the database does not answer, and nothing is thrown', async () => {
    const [id = 0] = await insertRaw({});
    const away = {
      ...env,
      DB: { prepare: env.DB.prepare.bind(env.DB), batch: async () => Promise.reject(new Error('away')) },
    };
    const batch = createMessageBatch('terra-events-dlq', [
      { id: '0', timestamp: new Date(0), attempts: 1, body: { rawEventId: id } },
    ]);
    await expect(consumeDeadLetters(batch, away as unknown as Env)).resolves.toBeUndefined();
    const messages = [{ rawEventId: id }];
    expect(await consume(messages, away as unknown as Env, 'terra-events-dlq')).toEqual({
      acked: [],
      retried: [0],
    });
    expect((await rawEvent(id)).dead_lettered_at).toBeNull();
  });
});
