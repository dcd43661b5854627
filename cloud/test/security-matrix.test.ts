import { env } from 'cloudflare:test';
import { SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { signIn } from './support/device-login.ts';
import { type DocumentedOperation, OPERATIONS } from './support/documented.ts';
import { clerkClaims, type Issuer, newIssuer } from './support/issuer.ts';
import { newUser, request, token } from './support/stack.ts';
import { everythingStored, wipe } from './support/whole-person.ts';

/**
 * Every documented route against everything that must not open it. The routes come from the API's own
 * document: a new one is in the matrix by itself.
 */

const SECRET = 'test-jwt-secret-of-at-least-32-bytes';
const REFUSED_AS_PERSON = OPERATIONS.filter(({ path, isOpen }) => path.startsWith('/v1') && !isOpen);
const REFUSED_AS_OPERATOR = OPERATIONS.filter(({ path }) => path.startsWith('/admin'));

type Headers = Record<string, string>;
type Way = readonly [what: string, headers: () => Promise<Headers> | Headers];

let issuer: Issuer;

beforeAll(async () => {
  issuer = await newIssuer();
});

const bearer = (value: string): Headers => ({ authorization: `Bearer ${value}` });
const nowS = () => Math.floor(Date.now() / 1_000);

/** A good Amy JWT but for these claims; `undefined` leaves one out. */
async function amy(
  claims: Record<string, unknown> = {},
  algorithm = 'HS256',
  secret = SECRET,
): Promise<Headers> {
  return bearer(
    await new SignJWT({ ...goodClaims(), ...claims })
      .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
      .sign(new TextEncoder().encode(secret)),
  );
}

function goodClaims(): Record<string, unknown> {
  return { iss: 'amy', aud: 'amy-api', sub: newUser(), iat: nowS(), exp: nowS() + 600 };
}

const clerk = async (...how: Parameters<Issuer['token']>) => bearer(await issuer.token(...how));

function encoded(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

/** A token whose header says that it needs no signature. */
function unsigned(algorithm: string, claims: Record<string, unknown>): Headers {
  return bearer(`${encoded({ alg: algorithm, typ: 'JWT' })}.${encoded(claims)}.`);
}

async function tampered(): Promise<Headers> {
  const [head, , signature] = (await token(newUser())).split('.');
  return bearer(`${head}.${encoded(goodClaims())}.${signature}`);
}

async function revoked(): Promise<Headers> {
  const { access_token, session_id } = await signIn(newUser());
  await env.DB.prepare('update sessions set revoked_at = ? where id = ?')
    .bind(new Date().toISOString(), session_id)
    .run();
  return bearer(access_token);
}

/** Somebody else’s session under one’s own name. */
async function foreignSession(): Promise<Headers> {
  const { session_id } = await signIn(newUser());
  return amy({ sid: session_id });
}

async function erased(): Promise<Headers> {
  const user = newUser();
  const old = await token(user, nowS() - 60);
  await request('/v1/sync', { headers: bearer(old) });
  await wipe(user);
  return bearer(old);
}

const NOT_A_PERSON: readonly Way[] = [
  ['no token', () => ({})],
  ['an empty token', () => ({ authorization: 'Bearer ' })],
  ['another scheme', async () => ({ authorization: `Basic ${await token(newUser())}` })],
  ['a token without a scheme', async () => ({ authorization: await token(newUser()) })],
  ['no JWT', () => bearer('not.a.token')],
  ['the operator’s key', () => ({ 'x-admin-key': 'test-admin-key-of-at-least-32-bytes' })],
  ['the operator’s key as a token', () => bearer('test-admin-key-of-at-least-32-bytes')],
  ['the signing secret as a token', () => bearer(SECRET)],
  ['Amy: expired', () => amy({ exp: nowS() - 1 })],
  ['Amy: without an end', () => amy({ exp: undefined })],
  ['Amy: without a beginning', () => amy({ iat: undefined })],
  ['Amy: not valid yet', () => amy({ nbf: nowS() + 600 })],
  ['Amy: another issuer', () => amy({ iss: 'somebody' })],
  ['Amy: another audience', () => amy({ aud: 'somebody-api' })],
  ['Amy: no audience', () => amy({ aud: undefined })],
  ['Amy: nobody', () => amy({ sub: undefined })],
  ['Amy: an empty name', () => amy({ sub: '' })],
  ['Amy: another secret', () => amy({}, 'HS256', 'another-secret-of-at-least-32-bytes')],
  ['Amy: HS384', () => amy({}, 'HS384')],
  ['Amy: HS512', () => amy({}, 'HS512')],
  ['Amy: other claims under a good signature', tampered],
  ['Amy: none', () => unsigned('none', goodClaims())],
  ['Amy: None', () => unsigned('None', goodClaims())],
  ['Amy: HS256 without a signature', () => unsigned('HS256', goodClaims())],
  ['Amy: a session that is gone', () => amy({ sid: crypto.randomUUID() })],
  ['Amy: a session that is no text', () => amy({ sid: 7 })],
  ['Amy: a revoked session', revoked],
  ['Amy: somebody else’s session', foreignSession],
  ['Amy: from before an erasure', erased],
  ['Clerk: expired', () => clerk({ exp: nowS() - 60 })],
  ['Clerk: without an end', () => clerk({ exp: undefined })],
  ['Clerk: not valid yet', () => clerk({ nbf: nowS() + 600 })],
  ['Clerk: another issuer', () => clerk({ iss: 'https://clerk.evil.example' })],
  ['Clerk: another app', () => clerk({ azp: 'https://evil.example' })],
  ['Clerk: no app', () => clerk({ azp: undefined })],
  ['Clerk: nobody', () => clerk({ sub: undefined })],
  ['Clerk: an unknown key', () => clerk({}, { kid: 'another' })],
  ['Clerk: another issuer’s key', async () => bearer(await (await newIssuer()).token({ iss: issuer.url }))],
  ['Clerk: none', () => unsigned('none', clerkClaims(issuer.url))],
  ['Clerk: RS256 without a signature', () => unsigned('RS256', clerkClaims(issuer.url))],
  ['Clerk: the public key as a secret', () => amy(clerkClaims(issuer.url), 'HS256', issuer.publicKey)],
  ['Clerk: the public key as a secret, claims as Amy’s', () => amy({}, 'HS256', issuer.publicKey)],
];

const NOT_THE_OPERATOR: readonly Way[] = [
  ['no key', () => ({})],
  ['an empty key', () => ({ 'x-admin-key': '' })],
  ['a wrong key', () => ({ 'x-admin-key': 'wrong' })],
  ['the key cut short', () => ({ 'x-admin-key': 'test-admin-ke' })],
  ['the key and more', () => ({ 'x-admin-key': 'test-admin-key-of-at-least-32-bytes1' })],
  ['the key in capitals', () => ({ 'x-admin-key': 'TEST-ADMIN-KEY' })],
  [
    'the key twice',
    () => ({ 'x-admin-key': 'test-admin-key-of-at-least-32-bytes, test-admin-key-of-at-least-32-bytes' }),
  ],
  ['the key as a token', () => bearer('test-admin-key-of-at-least-32-bytes')],
  ['a person’s token', async () => bearer(await token(newUser()))],
  ['a person’s token as the key', async () => ({ 'x-admin-key': await token(newUser()) })],
  ['a Clerk token', () => clerk()],
];

/** An address of the route, its parameters filled with ids that nothing has. */
function addressOf({ path }: DocumentedOperation): string {
  return path.replace(/\{\w+\}/g, () => crypto.randomUUID());
}

async function knock(operation: DocumentedOperation, headers: Headers): Promise<unknown> {
  const response = await request(addressOf(operation), {
    method: operation.method,
    headers,
    env: issuer.env,
  });
  const { error } = (await response.json()) as { error: { code: string; request_id: string } };
  expect(response.headers.get('x-request-id')).toBe(error.request_id);
  return `${response.status} ${error.code}`;
}

describe.each(NOT_A_PERSON)('%s', (_, headers) => {
  it(`opens none of the ${REFUSED_AS_PERSON.length} routes of a person`, async () => {
    const given = await headers();
    const before = await everythingStored();
    const answers = [];
    for (const operation of REFUSED_AS_PERSON) {
      answers.push(`${operation.method} ${operation.path}: ${await knock(operation, given)}`);
    }
    expect(answers).toEqual(
      REFUSED_AS_PERSON.map(({ method, path }) => `${method} ${path}: 401 unauthorized`),
    );
    expect(await everythingStored()).toEqual(before);
  });
});

describe.each(NOT_THE_OPERATOR)('%s', (_, headers) => {
  it(`opens none of the ${REFUSED_AS_OPERATOR.length} routes of the operator`, async () => {
    const given = await headers();
    const before = await everythingStored();
    for (const operation of REFUSED_AS_OPERATOR) {
      expect(await knock(operation, given), `${operation.method} ${operation.path}`).toBe('401 unauthorized');
    }
    expect(await everythingStored()).toEqual(before);
  });
});

describe('the keys that do open', () => {
  it.each([
    ['an Amy token without a session', async () => bearer(await token(newUser()))],
    ['an Amy token of a session', async () => bearer((await signIn(newUser())).access_token)],
    ['a Clerk token', () => clerk()],
  ])('%s: a person’s side, and none of the operator’s', async (_, headers) => {
    const response = await request('/v1/sync', { headers: await headers(), env: issuer.env });
    expect(response.status).toBe(200);
  });
});
