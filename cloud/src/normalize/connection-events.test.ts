import { describe, expect, it } from 'vitest';
import { contributionsOf, storedEvent, USER } from './event.fixture.ts';
import { normalize } from './normalize.ts';
import type { Normalized } from './types.ts';

const CONNECTION = {
  kind: 'connection',
  terraUserId: 'terra-ana-1',
  provider: 'oura',
  referenceId: 'user_ana',
  order: [1, 1_000, 'd0', 0],
};

function event(type: string, body: object): Normalized {
  return normalize(storedEvent(type), { type, ...body });
}

describe('auth', () => {
  const connected = { ...CONNECTION, change: { state: 'connected', scopes: 'daily,sleep' } };
  const backfill = {
    kind: 'backfill',
    terraUserId: 'terra-ana-1',
    startDate: '2025-12-09',
    endDate: '2026-03-09',
  };

  it.each([
    ['auth', { status: 'success', user: USER }],
    ['auth_success', { status: 'success', user: USER }],
    ['auth', { user: USER }],
    ['auth', { status: null, user: USER }],
    ['auth', { status: 'Success', user: USER }],
  ])('connects and asks for 90 days: %s %j', (type, body) => {
    expect(event(type, body)).toEqual({
      state: 'normalized',
      refused: null,
      notices: [],
      contributions: [connected, backfill],
    });
  });

  it.each([
    ['error', 'auth_error'],
    ['Access Denied', 'auth_access_denied'],
    ['x'.repeat(60), `auth_${'x'.repeat(40)}`],
    [7, 'auth_unknown'],
  ])('skips the status %j', (status, reason) => {
    expect(event('auth', { status, user: USER })).toEqual({ state: 'skipped', reason, contributions: [] });
  });

  it.each([undefined, null, {}, { user_id: '' }, { user_id: ['x'] }, 'ana'])('parks the user %j', (user) => {
    expect(event('auth', { status: 'success', user })).toEqual({
      state: 'parked',
      code: 'payload_invalid:user.user_id',
    });
  });

  it('cleans the scopes, and knows none where none is named', () => {
    const scopesOf = (scopes: unknown): unknown =>
      contributionsOf(event('auth', { user: { ...USER, scopes } }))[0];
    expect(scopesOf(' daily, sleep ,,daily')).toMatchObject({ change: { scopes: 'daily,sleep' } });
    for (const none of ['', ' , ', null, ['daily']])
      expect(scopesOf(none)).toMatchObject({ change: { scopes: null } });
  });

  it('falls back on the stored provider and reference', () => {
    expect(contributionsOf(event('auth', { user: { user_id: 'terra-ana-1' } }))[0]).toMatchObject({
      provider: 'oura',
      referenceId: 'user_ana',
    });
  });

  it('changes nothing when cancelled', () => {
    expect(
      event('auth_cancelled', { status: 'error', reason: 'access_denied', reference_id: 'user_ana' }),
    ).toEqual({
      state: 'normalized',
      contributions: [],
      refused: null,
      notices: [],
    });
  });
});

describe('the changes of one connection', () => {
  it.each([
    ['deauth', {}, { state: 'deauthenticated' }],
    ['access_revoked', {}, { state: 'access_revoked' }],
    ['connection_error', { message: 'token rejected' }, { state: 'error', message: 'token rejected' }],
    ['connection_error', { message: null }, { state: 'error', message: null }],
    ['connection_error', { message: 'm'.repeat(600) }, { state: 'error', message: 'm'.repeat(500) }],
    [
      'permission_change',
      { scopes_added: 'body, activity', scopes_removed: '' },
      { state: 'permissions', scopes: 'daily,sleep', added: ['body', 'activity'], removed: [] },
    ],
    [
      'permission_change',
      { scopes_added: null, scopes_removed: ' body ,body' },
      { state: 'permissions', scopes: 'daily,sleep', added: [], removed: ['body'] },
    ],
  ])('are told by %s %j', (type, body, change) => {
    expect(contributionsOf(event(type, { user: USER, ...body }))).toEqual([{ ...CONNECTION, change }]);
  });

  it.each(['deauth', 'access_revoked', 'connection_error', 'permission_change'])(
    'park %s without a user',
    (type) => {
      expect(event(type, { user: { provider: 'OURA' } })).toEqual({
        state: 'parked',
        code: 'payload_invalid:user.user_id',
      });
    },
  );
});

describe('user_reauth', () => {
  const newUser = { ...USER, user_id: 'terra-ana-2', provider: 'GARMIN' };
  const oldUser = { ...USER, scopes: null };
  const connected = {
    ...CONNECTION,
    terraUserId: 'terra-ana-2',
    provider: 'garmin',
    change: { state: 'connected', scopes: 'daily,sleep' },
  };

  it('replaces the old id and connects the new one', () => {
    expect(contributionsOf(event('user_reauth', { old_user: oldUser, new_user: newUser }))).toEqual([
      { ...CONNECTION, change: { state: 'replaced' } },
      connected,
    ]);
  });

  it.each([null, undefined, {}, newUser])('replaces nobody where the old user is %j', (old_user) => {
    expect(contributionsOf(event('user_reauth', { old_user, new_user: newUser }))).toEqual([connected]);
  });

  it('parks one without a new user', () => {
    expect(event('user_reauth', { old_user: oldUser, new_user: null })).toEqual({
      state: 'parked',
      code: 'payload_invalid:new_user.user_id',
    });
  });
});
