import { env } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { terraUser, type Who } from './support/events.ts';
import { consume, deliver, ingest, newTerraId, newUser, rowsOf } from './support/stack.ts';
import { volume } from './support/volume.ts';
import { shuffled } from './support/year.ts';

const MARCH = Date.UTC(2026, 2, 1, 12);
const iso = (minutes: number) => new Date(MARCH + minutes * 60_000).toISOString();

type Told = readonly [minutes: number, (who: Who) => Record<string, unknown>];

function user(who: Who, scopes: string | null): Record<string, unknown> {
  return { ...terraUser(who), scopes };
}

const AUTH: Told = [0, (who) => ({ type: 'auth', user: user(who, 'A,B') })];
const DEAUTH: Told = [1, (who) => ({ type: 'deauth', user: user(who, 'A,B') })];
const AUTH_AGAIN: Told = [2, (who) => ({ type: 'auth', user: user(who, 'A,B,C') })];
const ERROR: Told = [3, (who) => ({ type: 'connection_error', message: 'expired', user: user(who, null) })];
const ADDED: Told = [
  4,
  (who) => ({ type: 'permission_change', scopes_added: 'D', scopes_removed: '', user: user(who, null) }),
];
const REMOVED: Told = [
  5,
  (who) => ({ type: 'permission_change', scopes_added: '', scopes_removed: 'A,D', user: user(who, null) }),
];
const LEFT_OUT: Told = [
  5,
  (who) => ({ type: 'permission_change', scopes_added: '', scopes_removed: 'A', user: user(who, null) }),
];
const REVOKED: Told = [6, (who) => ({ type: 'access_revoked', user: user(who, 'A') })];

const CASES: readonly (readonly [string, readonly Told[], Record<string, unknown>])[] = [
  [
    'a deauth between two auths',
    [AUTH, DEAUTH, AUTH_AGAIN, ERROR],
    {
      scopes: 'A,B,C',
      connected_at: iso(2),
      deactivated_at: null,
      state: 'error',
      state_message: 'expired',
      state_at: iso(3),
    },
  ],
  [
    'an end after differences of scopes',
    [AUTH, ADDED, REMOVED, REVOKED],
    {
      scopes: 'B',
      connected_at: iso(0),
      deactivated_at: iso(6),
      state: 'access_revoked',
      state_message: null,
      state_at: iso(6),
    },
  ],
  [
    'no word of when it came',
    [ADDED, LEFT_OUT, ERROR, [1, REMOVED[1]]],
    {
      scopes: 'D',
      connected_at: iso(1),
      deactivated_at: null,
      state: 'error',
      state_message: 'expired',
      state_at: iso(3),
    },
  ],
  [
    'an auth between differences of scopes',
    [
      [3, AUTH[1]],
      [1, ADDED[1]],
      [5, LEFT_OUT[1]],
      [2, ERROR[1]],
    ],
    {
      scopes: 'B',
      connected_at: iso(3),
      deactivated_at: null,
      state: 'connected',
      state_message: null,
      state_at: iso(3),
    },
  ],
];

function permutations<Value>(values: readonly Value[]): Value[][] {
  if (values.length <= 1) return [[...values]];
  return values.flatMap((value, i) => permutations(values.toSpliced(i, 1)).map((rest) => [value, ...rest]));
}

/** A sample of the orders, or as many as `npm run prove -- --of connection-orders` was told. */
const { runs: ORDERS, seed: SEED } = volume({ runs: 8, seed: 20_260_301 });

it.each(CASES)('%s gives the same row in every order of arrival', async (_, events, expected) => {
  for (const order of shuffled(permutations(events), SEED).slice(0, ORDERS)) {
    const who = { user: newUser(), terraId: newTerraId() };
    for (const [minutes, body] of order) await ingest(body(who), { orderingMs: MARCH + minutes * 60_000 });
    const rows = await rowsOf('terra_connections', who.user, [
      'id',
      'user_id',
      'cells',
      'asked_from',
      'receipts',
    ]);
    const told = { terra_user_id: who.terraId, provider: 'oura', reference_id: who.user, ...expected };
    expect(rows, order.map(([minutes]) => minutes).join()).toEqual([told]);
  }
});

it.each(CASES)(
  '%s gives the same row in one batch, and once more when all is replayed',
  async (_, events, expected) => {
    const who = { user: newUser(), terraId: newTerraId() };
    const ids: number[] = [];
    for (const [minutes, body] of events.toReversed()) {
      const response = await deliver(body(who), { orderingMs: MARCH + minutes * 60_000 });
      ids.push((await response.json<{ raw_event_id: number }>()).raw_event_id);
    }
    await consume(ids.map((rawEventId) => ({ rawEventId })));
    const rows = () => rowsOf('terra_connections', who.user, ['user_id']);
    const before = await rows();
    expect(before).toMatchObject([expected]);
    const clock = () => env.DB.prepare('select clock from users where id = ?').bind(who.user).first('clock');
    const clockBefore = await clock();
    await consume(ids.map((rawEventId) => ({ rawEventId, force: true })));
    expect(await rows()).toEqual(before);
    expect(await clock()).toBe(clockBefore);
  },
);
