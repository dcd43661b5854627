import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { terraUser, type Who } from './support/events.ts';
import { envWithInterloper } from './support/interloper.ts';
import { asPerson, ingest, newTerraId, newUser, rowsOf } from './support/stack.ts';
import { newTerra, queryOf } from './support/terra.ts';

const WIDGET = '/auth/generateWidgetSession';
const DEAUTHENTICATE = '/auth/deauthenticateUser';
const PAGE = 'https://widget.terra.test/session/1';

function postConnect(user: string, body: unknown, used: Env): Promise<Response> {
  const text = body === null || typeof body === 'string' ? body : JSON.stringify(body);
  return asPerson(user, '/v1/connect', { method: 'POST', body: text, env: used });
}

async function connected(who: Who = { user: newUser(), terraId: newTerraId() }, orderingMs?: number) {
  await ingest({ type: 'auth', user: terraUser(who) }, orderingMs === undefined ? {} : { orderingMs });
  const row = env.DB.prepare('select id from terra_connections where terra_user_id = ?');
  return { ...who, id: String(await row.bind(who.terraId).first('id')) };
}

function remove(user: string, id: string, used: Env): Promise<Response> {
  return asPerson(user, `/v1/connections/${id}`, { method: 'DELETE', env: used });
}

async function errorOf(response: Response): Promise<{ code: string; message: string }> {
  return (await response.json<{ error: { code: string; message: string } }>()).error;
}

describe('POST /v1/connect', () => {
  it('keeps the address of the page nowhere, also under an Idempotency-Key', async () => {
    const [user, terra] = [newUser(), newTerra()];
    await terra.answers(WIDGET, 200, { url: PAGE });
    const headers = { 'idempotency-key': 'k1' };
    for (let i = 0; i < 2; i += 1) {
      const init = { method: 'POST', body: '{}', headers, env: terra.env };
      expect((await asPerson(user, '/v1/connect', init)).status).toBe(200);
    }
    expect(await terra.calls(WIDGET)).toHaveLength(2);
    expect(await rowsOf('idempotency_keys', user)).toEqual([]);
  });

  it("opens Terra's page under the person's own id, back to where they came from", async () => {
    const [user, terra] = [newUser(), newTerra()];
    await terra.answers(WIDGET, 200, { status: 'success', session_id: 's', url: PAGE, expires_in: 600 });
    const wishes = { redirect_url: 'https://app.test/done?x=1', providers: ['oura', 'GARMIN'] };
    const response = await postConnect(user, wishes, terra.env);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ url: PAGE, expires_in: 600 });
    const [call] = await terra.calls(WIDGET);
    expect(call).toMatchObject({
      method: 'POST',
      headers: { 'dev-id': 'test-dev-id', 'content-type': 'application/json' },
    });
    expect(JSON.parse(call?.body ?? '')).toEqual({
      reference_id: user,
      providers: 'OURA,GARMIN',
      auth_success_redirect_url: 'https://app.test/done?x=1',
      auth_failure_redirect_url: 'https://app.test/done?x=1',
    });
  });

  it.each([
    ['no body', null],
    ['an empty body', ''],
    ['no wishes', {}],
    ['null wishes', { redirect_url: null, providers: null }],
    ['an empty list', { providers: [] }],
  ])('with %s leaves the choice to the page', async (_, body) => {
    const [user, terra] = [newUser(), newTerra()];
    await terra.answers(WIDGET, 200, { url: PAGE });
    expect(await (await postConnect(user, body, terra.env)).json()).toEqual({ url: PAGE, expires_in: 900 });
    const [call] = await terra.calls(WIDGET);
    expect(JSON.parse(call?.body ?? '')).toEqual({ reference_id: user });
  });

  it.each(['http://localhost:3000/done', 'http://127.0.0.1/', 'http://[::1]:8080/x', 'https://app.test'])(
    'may lead back to %s',
    async (redirect_url) => {
      const terra = newTerra();
      await terra.answers(WIDGET, 200, { url: PAGE });
      expect((await postConnect(newUser(), { redirect_url }, terra.env)).status).toBe(200);
    },
  );

  it.each([
    ['redirect_url', 'http://app.test/done'],
    ['redirect_url', 'http://localhost.app.test/'],
    ['redirect_url', 'https://localhost@app.test/'],
    ['redirect_url', 'javascript:alert(1)'],
    ['redirect_url', 'amy://done'],
    ['redirect_url', '/done'],
    ['redirect_url', ''],
    ['redirect_url', 7],
    ['redirect_url', `https://app.test/${'x'.repeat(2_000)}`],
    ['providers', 'OURA'],
    ['providers', [1]],
    ['providers', ['OURA,GARMIN']],
    ['providers', ['']],
    ['providers', ['x'.repeat(41)]],
    ['providers', Array(51).fill('OURA')],
  ])('refuses a wrong %s, naming it, before Terra is asked: %j', async (field, value) => {
    const terra = newTerra();
    const response = await postConnect(newUser(), { [field]: value }, terra.env);
    expect(response.status).toBe(400);
    const { code, message } = await errorOf(response);
    expect(code).toBe('invalid_request');
    expect(message).toMatch(new RegExp(`^${field}[.:]`));
    expect(await terra.calls()).toEqual([]);
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['too much', `{"x":"${'x'.repeat(262_144)}"}`],
  ])('refuses a body that is %s', async (_, body) => {
    expect((await postConnect(newUser(), body, newTerra().env)).status).toBe(400);
  });

  it.each([
    ['a refusal', 400, { detail: 'unknown provider: user_7' }, /HTTP 400.*names of the providers/],
    ['wrong keys', 401, {}, /HTTP 401/],
    ['an error', 500, {}, /could not be reached/],
    ['something else', 200, { hello: 'world' }, /did not open/],
    ['an address that is none', 200, { url: 'javascript:alert(1)' }, /did not open/],
  ])('answers 502 with what to do where Terra gives %s', async (_, status, body, message) => {
    const terra = newTerra();
    await terra.answers(WIDGET, status, body);
    const response = await postConnect(newUser(), { providers: ['NONE'] }, terra.env);
    expect(response.status).toBe(502);
    expect(await errorOf(response)).toMatchObject({
      code: 'terra_failed',
      message: expect.stringMatching(message),
    });
  });

  it('answers 502 where nobody is there, and 503 with the time to wait where Terra is busy', async () => {
    const terra = newTerra();
    const away = await postConnect(newUser(), {}, { ...terra.env, TERRA_API_URL: env.TERRA_API_URL });
    expect([away.status, (await errorOf(away)).code]).toEqual([502, 'terra_failed']);
    await terra.answers(WIDGET, 429, {}, { headers: { 'retry-after': '7' } });
    const busy = await postConnect(newUser(), {}, terra.env);
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '7']);
    await terra.answers(WIDGET, 429, {});
    expect((await postConnect(newUser(), {}, terra.env)).headers.get('retry-after')).toBe('30');
  });
});

describe('DELETE /v1/connections/:id', () => {
  it.each([
    ['has it', 200, { status: 'success' }],
    ['no longer has it', 404, { detail: 'user not found' }],
  ])('ends the connection at Terra, which %s, and here', async (_, status, body) => {
    const { user, terraId, id } = await connected();
    const terra = newTerra();
    await terra.answers(DEAUTHENTICATE, status, body);
    const response = await remove(user, id, terra.env);
    expect(response.status).toBe(200);
    const answer = await response.json<{ deactivated_at: string }>();
    expect(answer).toEqual({
      ok: true,
      id,
      provider: 'oura',
      deactivated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
    const calls = await terra.calls();
    expect(calls.map((call) => [call.method, queryOf(call)])).toEqual([['DELETE', { user_id: terraId }]]);
    expect(await rowsOf('terra_connections', user, ['user_id', 'cells', 'connected_at'])).toEqual([
      {
        id,
        terra_user_id: terraId,
        provider: 'oura',
        reference_id: user,
        scopes: 'ACTIVITY,SLEEP',
        deactivated_at: answer.deactivated_at,
        state: 'deauthenticated',
        state_message: null,
        state_at: answer.deactivated_at,
        asked_from: null,
        receipts: null,
      },
    ]);
  });

  it('asked again answers the same and asks Terra once', async () => {
    const { user, id } = await connected();
    const terra = newTerra();
    await terra.answers(DEAUTHENTICATE, 200, {});
    const [first, second] = [await remove(user, id, terra.env), await remove(user, id, terra.env)];
    expect(await second.json()).toEqual(await first.json());
    expect(await terra.calls()).toHaveLength(1);
  });

  it.each([
    ['is down', 500, {}, 502],
    ['refuses', 401, {}, 502],
    ['says that it failed', 200, { status: 'error' }, 502],
    ['is busy', 429, {}, 503],
  ])('changes nothing where Terra %s', async (_, status, body, expected) => {
    const { user, id } = await connected();
    const before = await rowsOf('terra_connections', user, []);
    const terra = newTerra();
    await terra.answers(DEAUTHENTICATE, status, body);
    expect((await remove(user, id, terra.env)).status).toBe(expected);
    expect(await rowsOf('terra_connections', user, [])).toEqual(before);
  });

  it("answers another person's id, and any other, as unknown, and asks Terra nothing", async () => {
    const { id, user } = await connected();
    const terra = newTerra();
    await terra.answers(DEAUTHENTICATE, 200, {});
    const before = await rowsOf('terra_connections', user, []);
    const answers = [];
    for (const one of [id, crypto.randomUUID(), "x' or 1=1", '%00']) {
      const response = await remove(newUser(), one, terra.env);
      answers.push([response.status, (await errorOf(response)).message]);
    }
    expect(new Set(answers.map(String)).size).toBe(1);
    expect(answers[0]?.[0]).toBe(404);
    expect(await terra.calls()).toEqual([]);
    expect(await rowsOf('terra_connections', user, [])).toEqual(before);
  });

  it("takes effect though Terra's clock is ahead of ours, and yields to a later connection", async () => {
    const aheadMs = Date.now() + 60_000;
    const who = await connected({ user: newUser(), terraId: newTerraId() }, aheadMs);
    const terra = newTerra();
    await terra.answers(DEAUTHENTICATE, 200, {});
    expect((await remove(who.user, who.id, terra.env)).status).toBe(200);
    const state = async () => (await rowsOf('terra_connections', who.user)).map((row) => row.state);
    expect(await state()).toEqual(['deauthenticated']);
    await ingest({ type: 'auth', status: 'success', user: terraUser(who) }, { orderingMs: aheadMs - 1 });
    expect(await state()).toEqual(['deauthenticated']);
    await ingest({ type: 'auth', user: terraUser(who), n: 2 }, { orderingMs: aheadMs + 9 });
    expect(await state()).toEqual(['connected']);
  });

  it('is done again when the person changes meanwhile', async () => {
    const who = await connected();
    const terra = newTerra();
    await terra.answers(DEAUTHENTICATE, 200, {});
    const user = { ...terraUser(who), scopes: 'BODY' };
    const acts = () => ingest({ type: 'permission_change', scopes_added: 'BODY', user });
    expect((await remove(who.user, who.id, envWithInterloper(acts, terra.env))).status).toBe(200);
    expect(await rowsOf('terra_connections', who.user)).toMatchObject([
      { state: 'deauthenticated', scopes: 'BODY' },
    ]);
  });
});
