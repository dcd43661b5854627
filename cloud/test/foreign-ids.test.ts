import { env } from 'cloudflare:test';
import { beforeAll, describe, expect, it } from 'vitest';
import { begin, decide, signIn } from './support/device-login.ts';
import { OPERATIONS } from './support/documented.ts';
import { asPerson, newUser } from './support/stack.ts';
import { everythingStored, type WholePerson, wholePerson } from './support/whole-person.ts';

/** What is another's is to everybody else as if it were not there: same status, same words. */

const BY_ID = OPERATIONS.filter(({ path }) => path.startsWith('/v1') && path.includes('{'));

/** Ids of somebody else's things, by how an address begins. */
type Foreign = ReadonlyMap<string, string>;

let other: WholePerson;
let foreign: Foreign;

async function idOf(sql: string): Promise<string> {
  const row = await env.DB.prepare(sql).bind(other.user).first<{ id: string | number }>();
  if (row === null) throw new Error(`nothing found: ${sql}`);
  return String(row.id);
}

beforeAll(async () => {
  other = await wholePerson();
  const { session_id } = await signIn(other.user);
  const login = await begin();
  await decide(other.user, login.user_code);
  foreign = new Map([
    ['/v1/auth/sessions/', session_id],
    ['/v1/auth/device/', login.user_code],
    ['/v1/connections/', await idOf('select id from terra_connections where user_id = ?')],
    ['/v1/imports/', await idOf('select id from imports where user_id = ?')],
    ['/v1/labs/', await idOf('select id from lab_uploads where user_id = ?')],
    ['/v1/payloads/', await idOf('select id from raw_events where user_id = ? and processed_at is not null')],
  ]);
});

function foreignId(path: string): string {
  const found = [...foreign].find(([start]) => path.startsWith(start));
  if (found === undefined) throw new Error(`say which id of another's ${path} is tried with`);
  return found[1];
}

/** A good one, so that nothing but the id is wrong. */
const BODIES: ReadonlyMap<string, unknown> = new Map([
  ['PATCH /v1/auth/sessions/{id}', { name: 'another name' }],
]);

async function answerOf(method: string, path: string, id: string): Promise<unknown> {
  const address = path.replace(/\{\w+\}/, encodeURIComponent(id));
  const body = BODIES.get(`${method} ${path}`);
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await asPerson(newUser(), address, { method, ...sent });
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  return { status: response.status, code: error.code, message: error.message };
}

describe.each(BY_ID)('$method $path', ({ method, path }) => {
  it('says the same of another’s id, of an unknown one, and of what is none', async () => {
    const before = await everythingStored();
    const answers = [];
    for (const id of [
      foreignId(path),
      crypto.randomUUID(),
      '999999999',
      'none',
      '-1',
      "' or 1=1 --",
      '%00',
      '\u{1f600}',
    ]) {
      answers.push(await answerOf(method, path, id));
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 404, code: 'not_found' });
    const after = await everythingStored();
    for (const [place, text] of before) if (place !== 'users') expect(after.get(place), place).toBe(text);
  });
});
