import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../src/digest.ts';
import { day, event, night, terraUser, type Who, workout } from './support/events.ts';
import { faultyEnv } from './support/faulty-env.ts';
import {
  consume,
  deliver,
  envWithOutbox,
  ingest,
  newTerraId,
  newUser,
  rawEvent,
  rowsOf,
} from './support/stack.ts';

function someone(): Who {
  return { user: newUser(), terraId: newTerraId() };
}

async function store(body: unknown): Promise<number> {
  return ((await (await deliver(body)).json()) as { raw_event_id: number }).raw_event_id;
}

async function tracesOf(id: number): Promise<Record<string, unknown>[]> {
  const { results } = await env.DB.prepare(
    'select level, event, message, data from trace_events where raw_event_id = ? order by id',
  )
    .bind(id)
    .all<Record<string, unknown>>();
  return results;
}

describe('an outcome', () => {
  it('normalized: processed, no error, no trace row', async () => {
    const who = someone();
    const row = await ingest(event('daily', who, [day({ steps: 1 })]));
    expect(row).toMatchObject({ process_error: null, attempts: 1, next_attempt_at: null, user_id: who.user });
    expect(row.processed_at).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/);
    expect(await tracesOf(row.id)).toEqual([]);
  });

  it('some items refused: processed, the first path named, the others kept', async () => {
    const who = someone();
    const row = await ingest(event('activity', who, [workout({ id: 'bad', start: null }), workout()]));
    expect(row.processed_at).not.toBeNull();
    expect(row.process_error).toBe('payload_invalid:data[0].metadata.start_time');
    expect(await rowsOf('activities', who.user)).toHaveLength(1);
  });

  it('no item usable: parked for an operator, acknowledged', async () => {
    const row = await ingest(event('activity', someone(), [workout({ start: null })]));
    expect(row).toMatchObject({
      processed_at: null,
      process_error: 'payload_invalid:data[0].metadata.start_time',
      attempts: 1,
    });
    expect(await tracesOf(row.id)).toEqual([
      {
        level: 'warn',
        event: 'normalize_parked',
        message: 'payload_invalid:data[0].metadata.start_time',
        data: null,
      },
    ]);
  });

  it.each([
    'large_request_processing',
    'large_request_sending',
    'nutrition',
    'menstruation',
    'athlete',
    'hormone',
    'health_observation',
    'planned_workout',
    'healthcheck',
    'processing',
    'rate_limit_hit',
    'google_no_datasource',
  ])('skipped on purpose: %s', async (type) => {
    const row = await ingest({ type, user: terraUser(someone()) });
    expect(row).toMatchObject({ process_error: `skipped:${type}` });
    expect(row.processed_at).not.toBeNull();
  });

  it('skipped as unknown: any other type', async () => {
    expect((await ingest({ type: 'something_new', user: terraUser(someone()) })).process_error).toBe(
      'skipped:unknown_type',
    );
  });

  it('an implausible value: stored as null, told in one trace without the value', async () => {
    const who = someone();
    const row = await ingest(event('daily', who, [day({ steps: 10, restingHeartRate: 255 })]));
    expect((await rowsOf('daily_summary', who.user))[0]).toMatchObject({
      steps: 10,
      resting_heart_rate: null,
    });
    const [trace] = await tracesOf(row.id);
    expect(trace).toMatchObject({ level: 'warn', event: 'value_out_of_range' });
    expect(JSON.parse(String(trace?.data))).toEqual({
      count: 1,
      paths: ['data[0].heart_rate_data.summary.resting_hr_bpm: out_of_range'],
    });
    expect(String(trace?.data)).not.toContain('255');
  });

  it('a ping: parked as refused or expired', async () => {
    const ping = (url: string) => ({
      type: 's3_payload',
      status: 'success',
      url,
      expires_in: 0,
      nonce: crypto.randomUUID(),
    });
    expect((await ingest(ping('https://evil.example/x'))).process_error).toBe('payload_url_refused');
    expect((await ingest(ping('http://b.s3.amazonaws.com/x'))).process_error).toBe('payload_url_refused');
    expect((await ingest(ping('https://b.s3.amazonaws.com/x'))).process_error).toBe('payload_url_expired');
  });

  it('payload missing in R2: parked with backoff', async () => {
    const id = await store({ ...event('daily', someone(), [day()]), padding: 'x'.repeat(1_000_000) });
    await env.RAW_PAYLOADS.delete(String((await rawEvent(id)).payload_key));
    expect(await consume([{ rawEventId: id }])).toEqual({ acked: [0], retried: [] });
    const row = await rawEvent(id);
    expect(row).toMatchObject({ processed_at: null, process_error: 'payload_missing', attempts: 1 });
    expect(Date.parse(String(row.next_attempt_at)) - Date.now()).toBeGreaterThan(50_000);
  });
});

describe('a message', () => {
  it('for a large payload reads it from R2', async () => {
    const who = someone();
    const row = await ingest({ ...event('daily', who, [day({ steps: 3 })]), padding: 'x'.repeat(1_000_000) });
    expect(row.payload).toBe('');
    expect((await rowsOf('daily_summary', who.user))[0]).toMatchObject({ steps: 3 });
  });

  it('for a body with a BOM reads what follows it', async () => {
    const who = someone();
    await ingest(`\ufeff${JSON.stringify(event('daily', who, [day({ steps: 3 })]))}`);
    expect((await rowsOf('daily_summary', who.user))[0]).toMatchObject({ steps: 3 });
  });

  it('for a processed row is acknowledged without work, unless it says force', async () => {
    const who = someone();
    const { id } = await ingest(event('daily', who, [day({ steps: 3 })]));
    await env.DB.prepare('delete from daily_summary where user_id = ?').bind(who.user).run();
    expect(await consume([{ rawEventId: id }])).toEqual({ acked: [0], retried: [] });
    expect(await rowsOf('daily_summary', who.user)).toEqual([]);
    await consume([{ rawEventId: id, force: true }]);
    expect((await rowsOf('daily_summary', who.user))[0]).toMatchObject({ steps: 3 });
  });

  it('of which nobody understands anything, or whose row is gone, is acknowledged', async () => {
    const strange = [{ hello: 1 }, null, { rawEventId: 'x' }, { rawEventId: 999_999_999 }] as unknown as {
      rawEventId: number;
    }[];
    expect(await consume(strange)).toEqual({ acked: [0, 1, 2, 3], retried: [] });
  });

  it('twice in one batch is done once', async () => {
    const who = someone();
    const id = await store(event('daily', who, [day({ steps: 3 })]));
    expect(await consume([{ rawEventId: id }, { rawEventId: id }])).toEqual({ acked: [0, 1], retried: [] });
    expect((await rawEvent(id)).attempts).toBe(1);
  });

  it('of the earlier version, the id alone, is understood', async () => {
    const who = someone();
    const id = await store(event('sleep', who, [night({ asleep: 100 })]));
    await consume([{ rawEventId: id }]);
    expect(await rowsOf('sleep_sessions', who.user)).toHaveLength(1);
  });
});

describe('a batch', () => {
  it('with one event that cannot be committed commits all others, and records that one', async () => {
    const people = Array.from({ length: 9 }, someone);
    const ids = [];
    for (const who of people) ids.push(await store(event('daily', who, [day({ steps: 5 })])));
    const [guilty] = people.slice(4, 5);
    await env.DB.exec(
      `create trigger refuse before insert on daily_summary when new.user_id = '${guilty?.user}' begin select raise(abort, 'refused by a test'); end`,
    );
    try {
      const fate = await consume(ids.map((rawEventId) => ({ rawEventId })));
      expect(fate).toEqual({ acked: [0, 1, 2, 3, 5, 6, 7, 8], retried: [4] });
      for (const [i, id] of ids.entries()) {
        const row = await rawEvent(id);
        if (i !== 4) expect(row.processed_at).not.toBeNull();
        else {
          expect(row).toMatchObject({ processed_at: null, attempts: 1 });
          expect(row.process_error).toContain('refused by a test');
          expect((await tracesOf(id))[0]).toMatchObject({ level: 'error', event: 'normalize_failed' });
        }
      }
      expect(await rowsOf('users', 'nobody').catch(() => [])).toEqual([]);
    } finally {
      await env.DB.exec('drop trigger refuse');
    }
    await consume([{ rawEventId: ids[4] ?? 0 }]);
    expect(await rawEvent(ids[4] ?? 0)).toMatchObject({ process_error: null, attempts: 2 });
  });

  it('whose payload R2 does not give is retried alone', async () => {
    const [a, b] = [someone(), someone()];
    const large = await store({ ...event('daily', a, [day({ steps: 1 })]), padding: 'x'.repeat(1_000_000) });
    const small = await store(event('daily', b, [day({ steps: 2 })]));
    const failing = { get: async () => Promise.reject(new Error('R2 does not answer')) };
    const { env: used } = envWithOutbox({
      ...env,
      RAW_PAYLOADS: Object.assign(Object.create(env.RAW_PAYLOADS), failing),
    });
    expect(await consume([{ rawEventId: large }, { rawEventId: small }], used)).toEqual({
      acked: [1],
      retried: [0],
    });
    expect(await rowsOf('daily_summary', b.user)).toHaveLength(1);
    expect(await rawEvent(large)).toMatchObject({ processed_at: null, process_error: null, attempts: 0 });
  });

  it('whose commit took effect though its answer was lost is no failure', async () => {
    const who = someone();
    const id = await store(event('daily', who, [day({ steps: 6 })]));
    const faulty = faultyEnv(envWithOutbox().env);
    // The rows are read, then what is known of the person; the third call is the commit.
    faulty.inject({ nth: 3, when: 'after', lasts: 'once' });
    expect(await consume([{ rawEventId: id }], faulty.env)).toEqual({ acked: [], retried: [0] });
    expect(faulty.hits).toEqual([{ service: 'DB', what: 'batch' }]);
    const row = await rawEvent(id);
    expect(row).toMatchObject({ processed_at: expect.any(String), process_error: null, attempts: 1 });
    expect(await tracesOf(id)).toEqual([]);
    expect(await consume([{ rawEventId: id }])).toEqual({ acked: [0], retried: [] });
    expect(await rawEvent(id)).toEqual(row);
  });

  it('whose commit had no effect is a failure, of a replay too', async () => {
    const id = await store(event('daily', someone(), [day({ steps: 6 })]));
    const faulty = faultyEnv(envWithOutbox().env);
    const failed = { level: 'error', event: 'normalize_failed' };
    faulty.inject({ nth: 3, when: 'before', lasts: 'once' });
    expect((await consume([{ rawEventId: id }], faulty.env)).retried).toEqual([0]);
    expect(await rawEvent(id)).toMatchObject({
      processed_at: null,
      process_error: expect.stringContaining('injected'),
      attempts: 1,
    });
    expect(await tracesOf(id)).toMatchObject([failed]);
    await consume([{ rawEventId: id }]);
    // Long enough ago for a clock of milliseconds.
    await env.DB.prepare("update raw_events set processed_at = '2026-03-02 12:00:00.000' where id = ?")
      .bind(id)
      .run();
    const processed = await rawEvent(id);
    faulty.inject({ nth: 3, when: 'before', lasts: 'once' });
    expect((await consume([{ rawEventId: id, force: true }], faulty.env)).retried).toEqual([0]);
    expect(await rawEvent(id)).toEqual(processed);
    expect(await tracesOf(id)).toMatchObject([failed, failed]);
  });

  it('while the database does not answer is retried whole, with nothing recorded', async () => {
    const id = await store(event('daily', someone(), [day()]));
    const broken = {
      batch: async () => Promise.reject(new Error('D1_ERROR: no answer')),
      prepare: env.DB.prepare.bind(env.DB),
    };
    const { env: used } = envWithOutbox({ ...env, DB: broken as unknown as D1Database });
    expect(await consume([{ rawEventId: id }], used)).toEqual({ acked: [], retried: [0] });
    expect(await rawEvent(id)).toMatchObject({ processed_at: null, attempts: 0 });
  });

  it('while the tables are not those of this version is retried whole, with nothing recorded', async () => {
    const ids = [
      await store(event('daily', someone(), [day()])),
      await store(event('daily', someone(), [day()])),
    ];
    let commits = 0;
    const behind = {
      prepare: (sql: string) => {
        if (!sql.startsWith('insert into commit_guard')) return env.DB.prepare(sql);
        commits += 1;
        return env.DB.prepare(
          'insert into commit_guard(of_a_later_version) select 1 from (select ?1, ?2, ?3, ?4, ?5)',
        );
      },
      batch: env.DB.batch.bind(env.DB),
    };
    const { env: used } = envWithOutbox({ ...env, DB: behind as unknown as D1Database });
    const messages = ids.map((rawEventId) => ({ rawEventId }));
    expect(await consume(messages, used)).toEqual({ acked: [], retried: [0, 1] });
    // Halving would not find the guilty one: there is none.
    expect(commits).toBe(1);
    for (const id of ids) {
      expect(await rawEvent(id)).toMatchObject({ processed_at: null, process_error: null, attempts: 0 });
      expect(await tracesOf(id)).toEqual([]);
    }
  });
});

describe('an event of an erased person that was already queued', () => {
  it('ends as skipped:user_erased, blanked, its object deleted', async () => {
    const who = someone();
    const id = await store({ ...event('daily', who, [day({ steps: 9 })]), padding: 'x'.repeat(1_000_000) });
    const key = String((await rawEvent(id)).payload_key);
    await env.DB.prepare("insert into erased_subjects values (?, 'terra_user', '2026-01-01T00:00:00.000Z')")
      .bind(sha256Hex(who.terraId))
      .run();
    await consume([{ rawEventId: id }]);
    expect(await rawEvent(id)).toMatchObject({
      process_error: 'skipped:user_erased',
      payload: '',
      payload_key: null,
      terra_user_id: '',
      reference_id: null,
      user_id: null,
    });
    expect(await env.RAW_PAYLOADS.get(key)).toBeNull();
    expect(await env.DB.prepare('select * from users where id = ?').bind(who.user).first()).toBeNull();
  });
});
