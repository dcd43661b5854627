import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { isoTime } from '../src/clock.ts';
import { IMPORT_DAYS_MAX } from '../src/contract/constants.ts';
import { asUserId } from '../src/ids.ts';
import { requestImport } from '../src/imports/request-import.ts';
import { sendBackfill } from '../src/imports/send-backfill.ts';
import { DAY_MS, HOUR_MS, IMPORT_DAYS_A_DAY, LOST_RACE_RELOADS, TERRA_DAYS_AN_HOUR } from '../src/limits.ts';
import { takeTurns } from '../src/store/turns.ts';
import { terraUser, type Who } from './support/events.ts';
import { progressOf } from './support/importing.ts';
import { envWithInterloper } from './support/interloper.ts';
import { insertRow } from './support/rows.ts';
import { asPerson, ingest, newTerraId, newUser, rowsOf } from './support/stack.ts';
import { type FarTerra, newTerra } from './support/terra.ts';

const NOW = Date.UTC(2026, 2, 1, 12);

type Accepted = { readonly import_id: string; readonly days: number; readonly requests: number };

/** An env in which somebody else's question comes first, between the look and the commit of a new import. */
function envWithEarlierImport(base: Env, acts: () => Promise<unknown>): Env {
  let isCommitting = false;
  let hasActed = false;
  const db: Pick<D1Database, 'prepare' | 'batch'> = {
    prepare(sql) {
      isCommitting ||= sql.startsWith('insert into imports');
      return base.DB.prepare(sql);
    },
    async batch(statements) {
      if (isCommitting && !hasActed) {
        hasActed = true;
        await acts();
      }
      return base.DB.batch(statements);
    },
  };
  return { ...base, DB: db as D1Database };
}

async function connect(user: string): Promise<Who> {
  const who = { user, terraId: newTerraId() };
  await ingest({ type: 'auth', user: terraUser(who) });
  await env.DB.prepare('delete from backfills where user_id = ? and import_id is null').bind(user).run();
  return who;
}

async function ask(user: string, days: number, terra: FarTerra): Promise<Accepted> {
  const answer = await asPerson(user, '/v1/import', {
    method: 'POST',
    body: JSON.stringify({ days }),
    env: terra.env,
  });
  expect(answer.status).toBe(202);
  return answer.json<Accepted>();
}

function daysOf({ start_date, end_date }: Record<string, unknown>): number {
  return (Date.parse(String(end_date)) - Date.parse(String(start_date))) / DAY_MS;
}

async function spansOf(user: string): Promise<number[]> {
  return (await rowsOf('backfills', user)).map(daysOf).toSorted((a, b) => a - b);
}

describe('one import runs at a time', () => {
  it('answers it to who asks for no more, thirty times or at once', async () => {
    const terra = newTerra();
    const { user } = await connect(newUser());
    const together = await Promise.all([ask(user, 90, terra), ask(user, 90, terra), ask(user, 90, terra)]);
    const [first] = together;
    for (const days of [90, 30, 1]) together.push(await ask(user, days, terra));
    expect(together).toEqual(Array(6).fill({ ...first, days: 90, requests: 4 }));
    expect(await rowsOf('imports', user)).toHaveLength(1);
    expect(await spansOf(user)).toEqual([90, 90, 90, 90]);
    expect(terra.outbox.messages).toHaveLength(4);
  });

  it('is one though another question comes between the look and the commit', async () => {
    const terra = newTerra();
    const { user } = await connect(newUser());
    const used = { userId: asUserId(user), requestId: 'r', days: 90, nowMs: Date.now() };
    const raced = envWithEarlierImport(terra.env, () => requestImport(terra.env, used));
    expect(await requestImport(raced, used)).toMatchObject({ value: { import: { days: 90, requests: 4 } } });
    expect(await rowsOf('imports', user)).toHaveLength(1);
    expect(await spansOf(user)).toEqual([90, 90, 90, 90]);
  });

  it('adds the rest for who asks for more, and all of what was connected meanwhile', async () => {
    const terra = newTerra();
    const { user } = await connect(newUser());
    const { import_id } = await ask(user, 90, terra);
    expect(await ask(user, 365, terra)).toEqual({ import_id, days: 365, requests: 8 });
    expect(await spansOf(user)).toEqual([90, 90, 90, 90, 275, 275, 275, 275]);
    await connect(user);
    expect(await ask(user, 10, terra)).toEqual({ import_id, days: 365, requests: 12 });
    expect(await spansOf(user)).toEqual([10, 10, 10, 10, 90, 90, 90, 90, 275, 275, 275, 275]);
  });

  it('is another one once it has ended', async () => {
    const terra = newTerra();
    const { user } = await connect(newUser());
    const { import_id } = await ask(user, 90, terra);
    await env.DB.prepare("update backfills set status = 'failed', error = 'http 403: {}' where user_id = ?")
      .bind(user)
      .run();
    const again = await ask(user, 90, terra);
    expect(again).toEqual({ import_id: expect.any(String), days: 90, requests: 4 });
    expect(again.import_id).not.toBe(import_id);
  });
});

it('an import that others change at every try is not made, and whoever asked is told to try again', async () => {
  const { user } = await connect(newUser());
  const acts = () =>
    insertRow('imports', {
      id: crypto.randomUUID(),
      user_id: user,
      days: 1,
      requests: 0,
      created_at: isoTime(Date.now()),
    });
  const used = envWithInterloper(acts, newTerra().env, LOST_RACE_RELOADS + 1);
  const answer = await asPerson(user, '/v1/import', { method: 'POST', body: '{"days":9}', env: used });
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ error: { code: 'unavailable' } });
  expect((await rowsOf('imports', user)).filter(({ days }) => days === 9)).toEqual([]);
});

describe('the days of a day', () => {
  it('are so many for a person, then it is 429 until the first of them are a day old', async () => {
    const terra = newTerra();
    const { user } = await connect(newUser());
    const used = { userId: asUserId(user), requestId: 'r', days: IMPORT_DAYS_A_DAY / 2 };
    const end = () =>
      env.DB.prepare("update backfills set status = 'failed' where user_id = ?").bind(user).run();
    for (const turn of [0, 1]) {
      const raced = await requestImport(terra.env, { ...used, nowMs: NOW + turn * 1_000 });
      expect(raced).toMatchObject({ value: { state: 'asked', import: { requests: 4 } } });
      await end();
    }
    const refused = await requestImport(terra.env, { ...used, nowMs: NOW + HOUR_MS });
    expect(refused).toEqual({
      state: 'committed',
      value: {
        state: 'over_budget',
        retryAfterSeconds: (DAY_MS - HOUR_MS) / 1_000,
        daysMax: IMPORT_DAYS_A_DAY,
      },
    });
    const later = await requestImport(terra.env, { ...used, nowMs: NOW + DAY_MS });
    expect(later).toMatchObject({ value: { state: 'asked' } });
    expect(await rowsOf('imports', user)).toHaveLength(3);
  });

  it('are never enough for more than a whole day’s at once: that waits a day, whatever was asked before', async () => {
    const terra = newTerra();
    const { user } = await connect(newUser());
    const connections = Math.ceil(IMPORT_DAYS_A_DAY / IMPORT_DAYS_MAX) + 1;
    for (let n = 1; n < connections; n += 1) await connect(user);
    const used = { userId: asUserId(user), requestId: 'r', days: IMPORT_DAYS_MAX, nowMs: NOW };
    expect(await requestImport(terra.env, used)).toEqual({
      state: 'committed',
      value: {
        state: 'over_budget',
        retryAfterSeconds: DAY_MS / 1_000,
        daysMax: Math.floor(IMPORT_DAYS_A_DAY / connections),
      },
    });
  });

  it('are told with the answer', async () => {
    const terra = newTerra();
    const { user, terraId } = await connect(newUser());
    const at = Date.now() - HOUR_MS;
    await env.DB.prepare(
      `insert into backfills(id, user_id, terra_user_id, resource, start_date, end_date, import_id, status,
        created_at, next_attempt_at) values (?, ?, ?, 'daily', ?, ?, 'old', 'sent', ?, ?)`,
    )
      .bind(
        crypto.randomUUID(),
        user,
        terraId,
        isoTime(at - IMPORT_DAYS_A_DAY * DAY_MS).slice(0, 10),
        isoTime(at).slice(0, 10),
        isoTime(at),
        isoTime(at),
      )
      .run();
    const answer = await asPerson(user, '/v1/import', { method: 'POST', body: '{"days":1}', env: terra.env });
    expect(answer.status).toBe(429);
    expect(Math.abs(Number(answer.headers.get('retry-after')) - 23 * 3_600)).toBeLessThan(60);
    expect(await answer.json()).toMatchObject({ error: { code: 'rate_limited' } });
    expect(await rowsOf('imports', user)).toEqual([]);
  });
});

describe("Terra's limits", () => {
  it('are kept over all imports of a connection: what an hour has no room for waits, and that is no attempt', async () => {
    const terra = newTerra();
    for (const resource of ['activity', 'sleep', 'daily', 'body'])
      await terra.answers(`/${resource}`, 200, { reference: resource }, { times: 9 });
    const { user } = await connect(newUser());
    await ask(user, 1_460, terra);
    const ids = (await rowsOf('backfills', user)).map(({ id }) => String(id));
    const [first = '', ...others] = ids;
    expect(await sendBackfill(terra.env, first, NOW)).toEqual({ state: 'sent' });
    for (const id of others)
      expect(await sendBackfill(terra.env, id, NOW + 1_000)).toEqual({ state: 'sent' });
    await env.DB.prepare("update backfills set import_id = 'earlier' where user_id = ?").bind(user).run();
    await ask(user, 180, terra);
    const [more] = (await rowsOf('backfills', user)).filter(({ status }) => status === 'pending');
    expect(4 * 1_461 + 181).toBeGreaterThan(TERRA_DAYS_AN_HOUR);
    expect(await sendBackfill(terra.env, String(more?.id), NOW + 2_000)).toEqual({
      state: 'retry',
      delaySeconds: 3_598,
    });
    expect(await rowsOf('backfills', user)).toContainEqual(
      expect.objectContaining({
        id: more?.id,
        attempts: 0,
        next_attempt_at: new Date(NOW + HOUR_MS).toISOString(),
      }),
    );
    const importId = String((await rowsOf('backfills', user)).find(({ id }) => id === more?.id)?.import_id);
    expect((await progressOf(user, importId)).connections).toContainEqual(
      expect.objectContaining({
        state: 'pending',
        reason: 'Terra may be asked for 6,000 days of one device in an hour',
        waits_until: new Date(NOW + HOUR_MS).toISOString(),
      }),
    );
    const calls = async () => (await terra.calls()).filter(({ url }) => !url.includes('/userInfo'));
    expect(await calls()).toHaveLength(4);
    expect(await sendBackfill(terra.env, String(more?.id), NOW + HOUR_MS)).toEqual({ state: 'sent' });
  });

  it('are kept over all people: requests leave one by one, whoever asks', async () => {
    const terra = newTerra();
    const delays: number[] = [];
    const queue: Pick<Queue, 'sendBatch'> = {
      sendBatch: async (messages) => {
        for (const { delaySeconds } of messages) delays.push(delaySeconds ?? 0);
        return { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } };
      },
    };
    const used = { ...terra.env, TERRA_EVENTS: { ...terra.env.TERRA_EVENTS, ...queue } };
    const people = [await connect(newUser()), await connect(newUser())];
    const nowMs = NOW + 30 * DAY_MS;
    for (const { user } of people)
      await requestImport(used, { userId: asUserId(user), requestId: 'r', days: 9, nowMs });
    expect(delays).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('do not wait for a turn that only a wrong clock could give', async () => {
    await takeTurns(env.DB, 1, NOW + 2 * DAY_MS);
    expect(await takeTurns(env.DB, 2, NOW)).toBe(NOW);
    expect(await takeTurns(env.DB, 1, NOW)).toBe(NOW + 2_000);
  });
});
