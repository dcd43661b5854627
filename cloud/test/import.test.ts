import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { terraUser, type Who } from './support/events.ts';
import { asPerson, daysBefore, ingest, newTerraId, newUser, rowsOf } from './support/stack.ts';
import { newTerra } from './support/terra.ts';

function requestImport(user: string, body: string | null, used: Env, type = 'application/json') {
  const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
  return asPerson(user, '/v1/import', { method: 'POST', headers, body, env: used });
}

async function connect(who: Who): Promise<void> {
  await ingest({ type: 'auth', user: terraUser(who) });
  await env.DB.prepare('delete from backfills where user_id = ?').bind(who.user).run();
}

/** A Terra that knows nobody under any reference: what is stored stays as it is. */
const terra = newTerra();

describe('an import', () => {
  it.each([
    ['the days asked for', '{"days":1}', 1],
    ['90 days by default', '{}', 90],
    ['90 days without a body', null, 90],
    ['90 days with an empty body', '', 90],
    ['the longest history', '{"days":1460}', 1460],
    ['the longest history instead of more', '{"days":5000}', 1460],
  ])('asks for %s', async (_, body, days) => {
    const who = { user: newUser(), terraId: newTerraId() };
    await connect(who);
    const response = await requestImport(who.user, body, terra.env);
    expect(response.status).toBe(202);
    const answer = await response.json<{ import_id: string }>();
    expect(answer).toEqual({ import_id: expect.any(String), days, requests: 4 });
    const [made] = await rowsOf('imports', who.user);
    const backfills = await rowsOf('backfills', who.user, ['user_id', 'id', 'next_attempt_at', 'created_at']);
    expect(backfills.toSorted((a, b) => String(a.resource).localeCompare(String(b.resource)))).toEqual(
      ['activity', 'body', 'daily', 'sleep'].map((resource) => ({
        terra_user_id: who.terraId,
        resource,
        start_date: daysBefore(made?.created_at, days),
        end_date: daysBefore(made?.created_at, 0),
        import_id: answer.import_id,
        raw_event_id: null,
        status: 'pending',
        attempts: 0,
        terra_reference: null,
        error: null,
        sent_at: null,
      })),
    );
    expect(await rowsOf('imports', who.user, ['user_id', 'created_at'])).toEqual([
      { id: answer.import_id, days, requests: 4 },
    ]);
  });

  it('reads its body whatever its content type says', async () => {
    const response = await requestImport(newUser(), '{"days":7}', terra.env, '');
    expect(await response.json()).toMatchObject({ days: 7 });
    const form = 'application/x-www-form-urlencoded';
    expect((await requestImport(newUser(), 'days=7', terra.env, form)).status).toBe(400);
  });

  it.each([
    ['no days', '{"days":0}'],
    ['a negative number', '{"days":-1}'],
    ['a part of a day', '{"days":1.5}'],
    ['a text', '{"days":"x"}'],
    ['a number as a text', '{"days":"7"}'],
    ['null', '{"days":null}'],
    ['no object', '[]'],
    ['no JSON', '{days:7}'],
  ])('of %s is refused, naming the field, and asks for nothing', async (_, body) => {
    const who = { user: newUser(), terraId: newTerraId() };
    await connect(who);
    const response = await requestImport(who.user, body, terra.env);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: {
        code: 'invalid_request',
        message: expect.stringMatching(/^days: must be a whole number, at least 1$|\{"days": 90\}/),
        request_id: response.headers.get('x-request-id'),
      },
    });
    expect(await rowsOf('backfills', who.user)).toEqual([]);
    expect(await rowsOf('imports', who.user)).toEqual([]);
  });

  it('with nothing connected makes no request', async () => {
    const user = newUser();
    const response = await requestImport(user, '{}', terra.env);
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ import_id: expect.any(String), days: 90, requests: 0 });
  });

  it('asks every active connection and no ended one, apart from each other', async () => {
    const user = newUser();
    const ids = [newTerraId(), newTerraId(), newTerraId()];
    for (const terraId of ids) await connect({ user, terraId });
    await ingest({ type: 'deauth', user: terraUser({ user, terraId: ids[2] ?? '' }) });
    const { env: used, outbox } = newTerra();
    const response = await requestImport(user, '{}', used);
    expect(await response.json()).toMatchObject({ requests: 8 });
    const rows = await rowsOf('backfills', user);
    const byId = (a: unknown, b: unknown) => String(a).localeCompare(String(b));
    expect([...new Set(rows.map((row) => row.terra_user_id))].toSorted(byId)).toEqual(
      ids.slice(0, 2).toSorted(byId),
    );
    expect(outbox.messages.map((m) => ('backfillId' in m ? m.backfillId : '')).toSorted(byId)).toEqual(
      rows.map((row) => row.id).toSorted(byId),
    );
    const dueMs = rows.map((row) => Date.parse(String(row.next_attempt_at))).toSorted((a, b) => a - b);
    const [first = 0] = dueMs;
    expect(dueMs.map((ms) => ms - first)).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000]);
  });

  it('is kept when the queue does not take it', async () => {
    const who = { user: newUser(), terraId: newTerraId() };
    await connect(who);
    const queue = { sendBatch: () => Promise.reject(new Error('down')) } as unknown as Queue;
    const response = await requestImport(who.user, '{}', { ...terra.env, TERRA_EVENTS: queue });
    expect(await response.json()).toMatchObject({ requests: 4 });
    expect(await rowsOf('backfills', who.user)).toMatchObject(Array(4).fill({ status: 'pending' }));
  });

  it('does not fail while Terra is down', async () => {
    const who = { user: newUser(), terraId: newTerraId() };
    await connect(who);
    const down = newTerra();
    await down.answers('/userInfo', 503, {});
    expect(await (await requestImport(who.user, '{}', down.env)).json()).toMatchObject({ requests: 4 });
    const unreachable = await requestImport(who.user, '{}', {
      ...down.env,
      TERRA_API_URL: env.TERRA_API_URL,
    });
    expect(await unreachable.json()).toMatchObject({ requests: 4 });
  });
});
