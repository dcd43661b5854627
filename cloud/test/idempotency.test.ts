import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../src/limits.ts';
import { signIn } from './support/device-login.ts';
import { formWith, PDF } from './support/lab-files.ts';
import { asPerson, newUser, request, rowsOf } from './support/stack.ts';
import { steppedEnv } from './support/stepped-env.ts';
import { type FarTerra, newTerra } from './support/terra.ts';

type Keyed = {
  readonly body?: BodyInit;
  readonly key?: string;
  readonly path?: string;
  readonly type?: string;
};

function post(user: string, used: Env, { body = '{"days":7}', key = 'k', path, type }: Keyed = {}) {
  const headers: Record<string, string> = { 'idempotency-key': key };
  if (type !== undefined) headers['content-type'] = type;
  return asPerson(user, path ?? '/v1/import', { method: 'POST', body, headers, env: used });
}

async function shown(response: Response): Promise<unknown[]> {
  return [response.status, response.headers.get('idempotency-replayed'), await response.json()];
}

async function codeOf(response: Response): Promise<unknown[]> {
  const { error } = await response.json<{ error?: { code: string } }>();
  return [response.status, error?.code];
}

async function importsOf(user: string): Promise<number> {
  return (await rowsOf('imports', user)).length;
}

/** Makes the claims of a person look as old as said. */
async function age(user: string, ms: number): Promise<void> {
  await env.DB.prepare('update idempotency_keys set claimed_at = ? where user_id = ?')
    .bind(new Date(Date.now() - ms).toISOString(), user)
    .run();
}

const terra = newTerra();

describe('a request with an Idempotency-Key', () => {
  it('sent again gets the first answer, and takes effect once', async () => {
    const user = newUser();
    const first = await shown(await post(user, terra.env));
    const again = await post(user, terra.env);
    expect(first).toEqual([202, null, { import_id: expect.any(String), days: 7, requests: 0 }]);
    expect(again.headers.get('content-type')).toBe('application/json');
    expect(again.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await shown(again)).toEqual([202, 'true', first[2]]);
    expect(await importsOf(user)).toBe(1);
  });

  it('is another one of another person, and with another key', async () => {
    const [user, other] = [newUser(), newUser()];
    await post(user, terra.env);
    expect((await post(other, terra.env)).headers.has('idempotency-replayed')).toBe(false);
    expect((await post(user, terra.env, { key: 'l' })).headers.has('idempotency-replayed')).toBe(false);
    expect([await importsOf(user), await importsOf(other)]).toEqual([2, 1]);
  });

  it.each([
    ['body', { body: '{"days":8}' }],
    ['query', { path: '/v1/import?x=1' }],
    ['route', { path: '/v1/labs/upload' }],
    ['type', { type: 'application/json' }],
  ])('that has another %s is refused', async (_, other) => {
    const user = newUser();
    await post(user, terra.env);
    expect(await codeOf(await post(user, terra.env, other))).toEqual([409, 'idempotency_key_mismatch']);
    expect(await importsOf(user)).toBe(1);
  });

  it('whose answer is a refusal gets the same refusal again', async () => {
    const user = newUser();
    const first = await shown(await post(user, terra.env, { body: '{"days":0}' }));
    expect(first.slice(0, 2)).toEqual([400, null]);
    expect(await shown(await post(user, terra.env, { body: '{"days":0}' }))).toEqual([400, 'true', first[2]]);
  });

  it.each(['', 'x'.repeat(256), 'kéy', 'a\tb'])('is refused where the key is %j', async (key) => {
    expect(await codeOf(await post(newUser(), terra.env, { key }))).toEqual([400, 'invalid_request']);
  });

  it('takes keys of any printable ASCII, and bodies as they are without one', async () => {
    const user = newUser();
    for (const key of ['~', '!"#$%&\'() *+', 'x'.repeat(255)]) {
      expect((await post(user, terra.env, { key })).status).toBe(202);
    }
    const plain = () => asPerson(user, '/v1/import', { method: 'POST', body: '{"days":7}', env: terra.env });
    expect([(await plain()).status, (await plain()).status, await importsOf(user)]).toEqual([202, 202, 5]);
    expect((await rowsOf('idempotency_keys', user)).length).toBe(3);
  });

  it('counts for POST alone', async () => {
    const user = newUser();
    const headers = { 'idempotency-key': 'k' };
    for (const age of [1, 2]) {
      const init = { method: 'PUT', body: JSON.stringify({ age }), headers };
      expect((await asPerson(user, '/v1/profile', init)).status).toBe(200);
    }
    expect((await asPerson(user, '/v1/sync', { headers })).status).toBe(200);
    expect(await rowsOf('idempotency_keys', user)).toEqual([]);
  });

  it('is refused where its body is larger than any route takes', async () => {
    const user = newUser();
    const json = await post(user, terra.env, { body: ' '.repeat(262_145) });
    expect(await codeOf(json)).toEqual([400, 'invalid_request']);
    const form = await post(user, terra.env, {
      path: '/v1/labs/upload',
      body: new Uint8Array(10 * 1024 * 1024 + 64 * 1024 + 1),
      type: 'multipart/form-data; boundary=b',
    });
    expect(await codeOf(form)).toEqual([413, 'file_too_large']);
    expect(await rowsOf('idempotency_keys', user)).toEqual([]);
  });
});

describe('two equal requests at once', () => {
  it('take effect once and end with one answer, whichever call of the first the second comes at', async () => {
    const calls = await callsOfOneImport();
    await Promise.all(
      Array.from({ length: calls }, async (_, at) => {
        const user = newUser();
        let second: Promise<Response> | undefined;
        const { env: used } = steppedEnv(terra.env, async (call, perform) => {
          if (call === at) {
            second = post(user, terra.env);
            await second;
          }
          return perform();
        });
        const first = await post(user, used);
        const [one, other] = [await shown(first), second === undefined ? [] : await shown(await second)];
        const last = other[0] === 409 ? await shown(await post(user, terra.env)) : other;
        expect([at, one[0], one[2], await importsOf(user)]).toEqual([at, 202, last[2], 1]);
      }),
    );
  });

  it('of which the first is still at work: the second waits, and gets the answer that came meanwhile', async () => {
    const user = newUser();
    let second: Promise<Response> | undefined;
    let looks = 0;
    const { env: watched } = steppedEnv(terra.env, (_, perform) => {
      looks += 1;
      return perform();
    });
    const { env: used } = steppedEnv(terra.env, async (call, perform) => {
      // Past its claim: it goes on when the second has looked once.
      if (call === 4) {
        second = post(user, watched);
        while (looks < 3) await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return perform();
    });
    const first = await shown(await post(user, used));
    expect(second).toBeDefined();
    expect(await shown(await (second as Promise<Response>))).toEqual([202, 'true', first[2]]);
    expect(await importsOf(user)).toBe(1);
  });

  it('of which the first takes long: the second is told to ask again', async () => {
    const user = newUser();
    await claimedBefore(user);
    const response = await post(user, terra.env);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await codeOf(response)).toEqual([409, 'idempotency_key_in_use']);
    expect(await importsOf(user)).toBe(0);
  });
});

describe('a claim', () => {
  it('whose request died is taken over by one of the next, and not by another request', async () => {
    const user = newUser();
    await claimedBefore(user);
    await age(user, 2 * MINUTE_MS + 1);
    expect(await codeOf(await post(user, terra.env, { body: '{"days":8}' }))).toEqual([
      409,
      'idempotency_key_mismatch',
    ]);
    const both = await Promise.all([post(user, terra.env), post(user, terra.env)]);
    expect(await Promise.all(both.map(codeOf))).toEqual([
      [202, undefined],
      [202, undefined],
    ]);
    expect(await importsOf(user)).toBe(1);
  });

  it('that was taken over is not ended by the request that lost it', async () => {
    const user = newUser();
    const { env: used } = steppedEnv(terra.env, async (call, perform) => {
      // Past its claim, and given up for dead.
      if (call === 4) {
        await age(user, 2 * MINUTE_MS + 1);
        await post(user, terra.env);
      }
      return perform();
    });
    const slow = await shown(await post(user, used));
    const kept = await shown(await post(user, terra.env));
    expect([slow[0], kept.slice(0, 2)]).toEqual([202, [202, 'true']]);
    expect(kept[2]).not.toEqual(slow[2]);
  });

  it('is gone after a failure on our side, thrown or answered, so that a retry works', async () => {
    const user = newUser();
    const { env: failing } = steppedEnv(terra.env, (call, perform) =>
      call === 4 ? Promise.reject(new Error('down')) : perform(),
    );
    expect((await post(user, failing)).status).toBe(500);
    expect(await rowsOf('idempotency_keys', user)).toEqual([]);
    expect((await post(user, terra.env)).headers.has('idempotency-replayed')).toBe(false);
    expect(await importsOf(user)).toBe(1);
  });

  it('that cannot be ended does not spoil the answer', async () => {
    const user = newUser();
    const calls = await callsOfOneImport();
    const { env: failing } = steppedEnv(terra.env, (call, perform) =>
      call === calls - 1 ? Promise.reject(new Error('down')) : perform(),
    );
    expect((await post(user, failing)).status).toBe(202);
    expect(await rowsOf('idempotency_keys', user)).toMatchObject([{ status: null }]);
  });

  it('past its day is as absent, and goes with the next ones', async () => {
    const user = newUser();
    await post(user, terra.env);
    for (let i = 0; i < 12; i += 1) await post(user, terra.env, { key: `old-${i}` });
    await age(user, 24 * 60 * MINUTE_MS);
    const other = await shown(await post(user, terra.env, { body: '{"days":8}' }));
    expect(other.slice(0, 2)).toEqual([202, null]);
    await post(newUser(), terra.env);
    expect((await rowsOf('idempotency_keys', user)).map(({ key }) => key)).toEqual(['k']);
  });
});

describe('an upload with an Idempotency-Key', () => {
  async function accepting(): Promise<FarTerra> {
    const far = newTerra();
    await far.answers('/lab-reports', 202, { upload_id: 'upl-1' });
    return far;
  }
  const upload = (user: string, far: FarTerra, body: BodyInit, type?: string) =>
    post(user, far.env, { path: '/v1/labs/upload', body, ...(type === undefined ? {} : { type }) });

  it('goes to Terra once, though each form draws a boundary of its own', async () => {
    const user = newUser();
    const far = await accepting();
    const first = await shown(await upload(user, far, formWith(PDF)));
    expect(first[0]).toBe(200);
    expect(await shown(await upload(user, far, formWith(PDF)))).toEqual([200, 'true', first[2]]);
    expect((await far.calls()).length).toBe(1);
    const other = new Uint8Array([...PDF, 1]);
    expect(await codeOf(await upload(user, far, formWith(other)))).toEqual([409, 'idempotency_key_mismatch']);
    expect(await codeOf(await upload(user, far, formWith(PDF, 'b.pdf')))).toEqual([
      409,
      'idempotency_key_mismatch',
    ]);
    expect((await rowsOf('lab_uploads', user)).length).toBe(1);
  });

  it('that Terra did not take can be tried again', async () => {
    const user = newUser();
    const far = await accepting();
    await far.answers('/lab-reports', 503, {}, { times: 1 });
    expect((await upload(user, far, formWith(PDF))).status).toBe(502);
    expect((await upload(user, far, formWith(PDF))).status).toBe(200);
  });
});

/** A claim that another request holds, as it stands after a crash. */
async function claimedBefore(user: string): Promise<void> {
  await post(user, terra.env);
  await env.DB.batch([
    env.DB.prepare(
      "update idempotency_keys set claim = 'dead', status = null, body = null where user_id = ?",
    ).bind(user),
    env.DB.prepare('delete from imports where user_id = ?').bind(user),
  ]);
}

async function callsOfOneImport(): Promise<number> {
  const { env: used, calls } = steppedEnv(terra.env, (_, perform) => perform());
  await post(newUser(), used);
  return calls();
}

describe('a renewal with an Idempotency-Key', () => {
  it('is made anew each time: its answer is a token, which is kept nowhere', async () => {
    const user = newUser();
    const { access_token } = await signIn(user);
    const renew = () =>
      request('/v1/auth/refresh', {
        method: 'POST',
        headers: { authorization: `Bearer ${access_token}`, 'idempotency-key': 'k' },
      });
    const answers = [await renew(), await renew()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers.map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, null]);
    expect(await rowsOf('idempotency_keys', user)).toEqual([]);
  });
});
