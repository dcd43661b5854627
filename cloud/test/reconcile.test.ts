import { env } from 'cloudflare:test';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { terraUser, type Who } from './support/events.ts';
import { envWithInterloper } from './support/interloper.ts';
import { asPerson, consume, ingest, newTerraId, newUser, rawEvent, rowsOf } from './support/stack.ts';
import { type FarTerra, newTerra, queryOf } from './support/terra.ts';

function someone(): Who {
  return { user: newUser(), terraId: newTerraId() };
}

async function connect(who: Who): Promise<void> {
  await ingest({ type: 'auth', user: terraUser(who) });
}

async function listing(body: unknown): Promise<FarTerra> {
  const terra = newTerra();
  await terra.answers('/userInfo', 200, body);
  return terra;
}

/** An import compares the connections first; answers how many requests it makes. */
async function importOf(user: string, used: Env): Promise<number> {
  const response = await asPerson(user, '/v1/import', { method: 'POST', env: used });
  expect(response.status).toBe(202);
  return (await response.json<{ requests: number }>()).requests;
}

async function statesOf(user: string): Promise<Record<string, unknown>> {
  const rows = await rowsOf('terra_connections', user);
  return Object.fromEntries(rows.map((row) => [String(row.terra_user_id), row.state]));
}

describe("Terra's list of a person's connections", () => {
  it('is asked for by our user id', async () => {
    const { user } = someone();
    const terra = await listing([]);
    await importOf(user, terra.env);
    expect((await terra.calls()).map(queryOf)).toEqual([{ reference_id: user }]);
  });

  it.each<[string, (users: unknown[]) => unknown]>([
    ['a bare array', (users) => users],
    ['{users}', (users) => ({ status: 'success', users })],
  ])('adds what is missing and ends what is gone, given as %s', async (_, wrap) => {
    const gone = someone();
    const added = { ...gone, terraId: newTerraId() };
    await connect(gone);
    const terra = await listing(wrap([terraUser(added)]));
    expect(await importOf(gone.user, terra.env)).toBe(4);
    const rows = await rowsOf('terra_connections', gone.user, [
      'id',
      'user_id',
      'cells',
      'asked_from',
      'receipts',
    ]);
    expect(rows.find((row) => row.terra_user_id === added.terraId)).toEqual({
      terra_user_id: added.terraId,
      provider: 'oura',
      reference_id: gone.user,
      scopes: 'ACTIVITY,SLEEP',
      connected_at: expect.stringMatching(/Z$/),
      deactivated_at: null,
      state: 'connected',
      state_message: null,
      state_at: expect.stringMatching(/Z$/),
    });
    expect(rows.find((row) => row.terra_user_id === gone.terraId)).toMatchObject({
      deactivated_at: expect.any(String),
      state: 'deauthenticated',
    });
  });

  it('given as {user} adds that one, and says nothing about the others', async () => {
    const known = someone();
    const added = { ...known, terraId: newTerraId() };
    await connect(known);
    const terra = await listing({ status: 'success', is_authenticated: true, user: terraUser(added) });
    expect(await importOf(known.user, terra.env)).toBe(8);
    const ended = await listing({ user: { ...terraUser(known), active: false } });
    // The import that runs already is the answer.
    expect(await importOf(known.user, ended.env)).toBe(8);
    expect(await statesOf(known.user)).toEqual({
      [known.terraId]: 'deauthenticated',
      [added.terraId]: 'connected',
    });
  });

  it('connects again what had ended, and ends what it calls inactive', async () => {
    const who = someone();
    await connect(who);
    expect(await importOf(who.user, (await listing([{ ...terraUser(who), active: false }])).env)).toBe(0);
    expect(await importOf(who.user, (await listing([terraUser(who)])).env)).toBe(4);
    expect(await statesOf(who.user)).toEqual({ [who.terraId]: 'connected' });
  });

  it('that agrees moves nothing', async () => {
    const who = someone();
    await connect(who);
    const before = await rowsOf('terra_connections', who.user, []);
    const clock = () => env.DB.prepare('select clock from users where id = ?').bind(who.user).first('clock');
    const clockBefore = await clock();
    await importOf(who.user, (await listing([terraUser(who)])).env);
    expect(await rowsOf('terra_connections', who.user, [])).toEqual(before);
    expect(await clock()).toBe(clockBefore);
  });

  it.each([
    ['an error', 500, {}],
    ['nobody found', 404, {}],
    ['something else', 200, { hello: 'world' }],
    ['users without an id', 200, [{ provider: 'OURA' }]],
  ])('that is %s changes nothing', async (_, status, body) => {
    const who = someone();
    await connect(who);
    const terra = newTerra();
    await terra.answers('/userInfo', status, body);
    expect(await importOf(who.user, terra.env)).toBe(4);
    expect(await statesOf(who.user)).toEqual({ [who.terraId]: 'connected' });
  });

  it.each([
    ['active', true],
    ['inactive', false],
  ])("never touches another person's Terra id that it calls %s", async (_, active) => {
    const [owner, thief] = [someone(), newUser()];
    const ended = { ...owner, terraId: newTerraId() };
    await connect(owner);
    await connect(ended);
    await ingest({ type: 'deauth', user: terraUser(ended) });
    const before = await rowsOf('terra_connections', owner.user, []);
    const users = [owner, ended].map((who) => ({ ...terraUser(who), reference_id: null, active }));
    expect(await importOf(thief, (await listing(users)).env)).toBe(0);
    expect(await rowsOf('terra_connections', owner.user, [])).toEqual(before);
    expect(await rowsOf('terra_connections', thief)).toEqual([]);
  });

  it('adds nothing that it lists under another reference', async () => {
    const user = newUser();
    const stranger = someone();
    expect(await importOf(user, (await listing([terraUser(stranger)])).env)).toBe(0);
    expect(await rowsOf('terra_connections', user)).toEqual([]);
    expect(await rowsOf('terra_connections', stranger.user)).toEqual([]);
  });

  it('does not bring back an erased Terra id', async () => {
    const who = someone();
    const hash = createHash('sha256').update(who.terraId).digest('hex');
    await env.DB.prepare("insert into erased_subjects values (?, 'terra_user', '2026-01-01T00:00:00.000Z')")
      .bind(hash)
      .run();
    expect(await importOf(who.user, (await listing([terraUser(who)])).env)).toBe(0);
    expect(await statesOf(who.user)).toEqual({});
  });

  it('lets go of data that waited for the connection', async () => {
    const who = someone();
    const user = { user_id: who.terraId, provider: 'OURA', reference_id: null };
    const { id } = await ingest({ type: 'daily', user, data: [] });
    const terra = await listing([terraUser(who)]);
    await importOf(who.user, terra.env);
    const released = terra.outbox.messages.filter((m) => 'rawEventId' in m);
    expect(released).toMatchObject([{ rawEventId: id }]);
    expect(await rawEvent(id)).toMatchObject({ process_error: null, attempts: 0 });
    await consume(released);
    expect(await rawEvent(id)).toMatchObject({ processed_at: expect.any(String), user_id: who.user });
  });

  it('is compared again when the person changes meanwhile', async () => {
    const who = someone();
    const added = { ...who, terraId: newTerraId() };
    await connect(who);
    const terra = await listing([terraUser(added)]);
    const user = { ...terraUser(who), scopes: 'BODY' };
    const acts = () => ingest({ type: 'permission_change', scopes_added: 'BODY', user });
    expect(await importOf(who.user, envWithInterloper(acts, terra.env))).toBe(4);
    expect(await statesOf(who.user)).toEqual({
      [who.terraId]: 'deauthenticated',
      [added.terraId]: 'connected',
    });
    const rows = await rowsOf('terra_connections', who.user);
    expect(rows.find((row) => row.terra_user_id === who.terraId)?.scopes).toBe('BODY');
  });

  it('does not take a Terra id that somebody else connects meanwhile', async () => {
    const [slow, fast] = [someone(), newUser()];
    const terra = await listing([terraUser(slow)]);
    const acts = () => ingest({ type: 'auth', user: terraUser({ ...slow, user: fast }) });
    expect(await importOf(slow.user, envWithInterloper(acts, terra.env))).toBe(0);
    expect(await statesOf(fast)).toEqual({ [slow.terraId]: 'connected' });
  });
});
