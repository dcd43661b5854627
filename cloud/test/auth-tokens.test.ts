import { env } from 'cloudflare:test';
import { SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { countingDatabase } from './support/counting-database.ts';
import { clerkClaims, type Issuer, newIssuer, PARTY, withToken } from './support/issuer.ts';
import { token as amyToken, newUser } from './support/stack.ts';
import { wholePerson, wipe } from './support/whole-person.ts';

const PATH = '/v1/sync?limit=1';

let issuer: Issuer;
beforeAll(async () => {
  issuer = await newIssuer();
});

async function errorOf(response: Response): Promise<{ code: string; message: string }> {
  return ((await response.json()) as { error: { code: string; message: string } }).error;
}

const seconds = () => Math.floor(Date.now() / 1_000);

describe('a token whose claims are odd is refused', () => {
  const now = seconds();
  it.each([
    ['issued in two minutes', { iat: now + 120 }],
    ['issued in the year 2100', { iat: 4_102_444_800 }],
    ['issued at a time that no date can hold', { iat: 1e14 }],
    ['issued before there was time', { iat: -1 }],
    ['of a user that is a path', { sub: '../x' }],
    ['of a user with a slash', { sub: 'user/1' }],
    ['of a user with a line end', { sub: 'user_1\n' }],
    ['of a user with 256 letters', { sub: 'x'.repeat(256) }],
    ['of nobody', { sub: '' }],
  ])('%s, ours and the issuer’s', async (_what, odd) => {
    const ours = await new SignJWT({ sub: newUser(), iat: now, ...odd })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('amy')
      .setAudience('amy-api')
      .setExpirationTime(4_202_444_800)
      .sign(new TextEncoder().encode(env.AMY_JWT_SECRET));
    expect((await withToken(ours, PATH)).status).toBe(401);
    const theirs = await issuer.token({ ...odd, exp: 4_202_444_800 });
    expect((await withToken(theirs, PATH, { env: issuer.env })).status).toBe(401);
  });

  it('but a clock that is a little ahead, and 255 letters, are not odd', async () => {
    const sub = `${newUser()}.-`.padEnd(255, 'x');
    expect((await withToken(await amyToken(sub, seconds() + 50), PATH)).status).toBe(200);
  });
});

describe('a token of the issuer is taken', () => {
  it('and makes the person’s row, with the email where it carries one', async () => {
    const user = newUser();
    expect((await withToken(await issuer.token({ sub: user }), PATH, { env: issuer.env })).status).toBe(200);
    const row = () => env.DB.prepare('select email from users where id = ?').bind(user).first();
    expect(await row()).toEqual({ email: '' });
    for (const email of ['first@example.org', 'second@example.org']) {
      const token = await issuer.token({ sub: user, email });
      expect((await withToken(token, PATH, { env: issuer.env })).status).toBe(200);
    }
    expect(await row()).toEqual({ email: 'first@example.org' });
  });

  it('whatever its own session is called: that is none of ours', async () => {
    const token = await issuer.token({ sid: 'sess_nobody_knows' });
    expect((await withToken(token, PATH, { env: issuer.env })).status).toBe(200);
  });

  it('with its keys asked for once, over several requests', async () => {
    const own = await newIssuer();
    for (let i = 0; i < 4; i += 1) {
      expect((await withToken(await own.token(), PATH, { env: own.env })).status).toBe(200);
    }
    const together = await Promise.all(
      [1, 2, 3].map(async () => withToken(await own.token(), PATH, { env: own.env })),
    );
    expect(together.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await own.asked()).toBe(1);
  });

  it('with its keys at an address of their own, and slashes at the ends of the settings', async () => {
    const own = await newIssuer();
    const used = {
      ...env,
      CLERK_ISSUER: `${own.url}/`,
      CLERK_JWKS_URL: `${issuer.url}/.well-known/jwks.json`,
      CLERK_AUTHORIZED_PARTIES: `${PARTY}/`,
    };
    const token = await issuer.token({ iss: own.url });
    expect((await withToken(token, PATH, { env: used })).status).toBe(200);
    expect(await own.asked()).toBe(0);
  });

  it('within a few seconds of another clock', async () => {
    for (const claims of [{ nbf: seconds() + 4 }, { exp: seconds() - 3 }]) {
      expect((await withToken(await issuer.token(claims), PATH, { env: issuer.env })).status).toBe(200);
    }
  });
});

describe('a token of the issuer is refused', () => {
  it.each<[string, () => Record<string, unknown>]>([
    ['of another issuer', () => ({ iss: 'https://other.example' })],
    ['issued to another app', () => ({ azp: 'https://evil.example' })],
    ['issued to an app whose origin only begins alike', () => ({ azp: `${PARTY}.evil.example` })],
    ['issued to no app', () => ({ azp: undefined })],
    ['issued to a list of apps', () => ({ azp: [PARTY] })],
    ['expired', () => ({ exp: seconds() - 60 })],
    ['that never expires', () => ({ exp: undefined })],
    ['of the future', () => ({ nbf: seconds() + 60 })],
    ['that does not say since when', () => ({ iat: undefined })],
    ['of nobody', () => ({ sub: undefined })],
    ['of an empty name', () => ({ sub: '' })],
    ['of a sign-in that is not finished', () => ({ sts: 'pending' })],
  ])('%s', async (_, claims) => {
    const response = await withToken(await issuer.token(claims()), PATH, { env: issuer.env });
    expect(response.status).toBe(401);
    expect((await errorOf(response)).code).toBe('unauthorized');
  });

  it('signed by a key that is not among the issuer’s', async () => {
    const other = await newIssuer();
    const stranger = await other.token({ iss: issuer.url });
    expect((await withToken(stranger, PATH, { env: issuer.env })).status).toBe(401);
  });

  it('signed by another key under the name of a good one', async () => {
    const [good, other] = [await issuer.token(), await newIssuer()];
    const { kid } = JSON.parse(Buffer.from(good.split('.')[0] ?? '', 'base64url').toString()) as {
      kid: string;
    };
    const forged = await other.token({ iss: issuer.url }, { kid });
    expect((await withToken(forged, PATH, { env: issuer.env })).status).toBe(401);
  });

  it('whose claims were changed', async () => {
    const [head, , signature] = (await issuer.token()).split('.');
    const claims = Buffer.from(JSON.stringify(clerkClaims(issuer.url))).toString('base64url');
    const response = await withToken(`${head}.${claims}.${signature}`, PATH, { env: issuer.env });
    expect(response.status).toBe(401);
  });

  it('without a signature, or signed with the public key as if it were a secret', async () => {
    const claims = { ...clerkClaims(issuer.url), aud: 'amy-api' };
    const unsecured = new UnsecuredJWT(claims).encode();
    const confused = await Promise.all(
      [claims, { ...claims, iss: 'amy' }].map((one) =>
        new SignJWT(one)
          .setProtectedHeader({ alg: 'HS256' })
          .sign(new TextEncoder().encode(issuer.publicKey)),
      ),
    );
    for (const token of [unsecured, ...confused]) {
      expect((await withToken(token, PATH, { env: issuer.env })).status).toBe(401);
    }
  });

  it('where no app is listed, and where no issuer is', async () => {
    for (const missing of [{ CLERK_AUTHORIZED_PARTIES: '' }, { CLERK_ISSUER: '' }]) {
      const used = { ...issuer.env, ...missing };
      expect((await withToken(await issuer.token(), PATH, { env: used })).status).toBe(401);
    }
  });

  it('issued before its person was erased, also after a later one let them in again', async () => {
    const person = await wholePerson();
    const [old, later] = [
      await issuer.token({ sub: person.user }),
      await issuer.token({ sub: person.user, iat: seconds() + 2 }),
    ];
    await wipe(person.user);
    const statuses = [];
    for (const token of [old, later, old, await amyToken(person.user, seconds() - 60), later]) {
      statuses.push((await withToken(token, PATH, { env: issuer.env })).status);
    }
    expect(statuses).toEqual([401, 200, 401, 401, 200]);
  });
});

describe('where the issuer’s keys cannot be had', () => {
  it.each<[string, number, unknown, Record<string, string>]>([
    ['it fails', 500, undefined, {}],
    ['it answers no keys', 200, { keys: 'none' }, {}],
    ['it answers no JSON', 200, '<html>', {}],
    ['it answers without end', 200, { keys: [], filler: 'x'.repeat(100_000) }, {}],
    ['it sends us elsewhere', 302, undefined, { location: '/elsewhere' }],
  ])('a token is neither taken nor refused: %s', async (_, status, body, headers) => {
    const own = await newIssuer();
    await own.answers(status, body, headers);
    const response = await withToken(await own.token(), PATH, { env: own.env });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('30');
    expect((await errorOf(response)).code).toBe('unavailable');
    await own.answers(200);
    expect((await withToken(await own.token(), PATH, { env: own.env })).status).toBe(200);
  });

  it('nor where nobody listens; tokens of our own are taken all the same', async () => {
    const used = { ...issuer.env, CLERK_JWKS_URL: 'http://127.0.0.1:9/jwks.json' };
    expect((await withToken(await issuer.token(), PATH, { env: used })).status).toBe(503);
    expect((await withToken(await amyToken(newUser()), PATH, { env: used })).status).toBe(200);
  });

  it.each(['http://keys.example/jwks.json', 'ftp://keys.example', 'no address'])(
    'nothing is asked for over an open line: %s',
    async (address) => {
      const used = { ...issuer.env, CLERK_JWKS_URL: address };
      const response = await withToken(await issuer.token(), PATH, { env: used });
      expect(response.status).toBe(500);
      expect((await errorOf(response)).code).toBe('misconfigured');
    },
  );

  it('unknown keys are asked for once in a while, not once a token', async () => {
    const [own, other] = [await newIssuer(), await newIssuer()];
    for (let i = 0; i < 3; i += 1) {
      const made = await other.token({ iss: own.url });
      expect((await withToken(made, PATH, { env: own.env })).status).toBe(401);
    }
    expect(await own.asked()).toBe(1);
  });
});

it('somebody who is known is let in by one round trip', async () => {
  const { cost, reset, db } = countingDatabase(env.DB);
  const token = await issuer.token();
  const ask = () => withToken(token, '/v1/auth/sessions', { env: { ...issuer.env, DB: db } });
  expect((await ask()).status).toBe(200);
  reset();
  await ask();
  // One to be let in, one for the list.
  expect(cost).toMatchObject({ roundTrips: 2, rowsWritten: 0 });
});
