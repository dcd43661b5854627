import { describe, expect, it } from 'vitest';
import { asTerraUserId } from '../ids.ts';
import type { ConnectionContribution, Order } from '../normalize/types.ts';
import {
  decodeConnection,
  EMPTY_CONNECTION,
  foldConnection,
  scopeList,
  shownConnection,
} from './connection.ts';

const iso = (ms: number) => new Date(ms).toISOString();

function told(ms: number, change: ConnectionContribution['change'], dedupKey = 'd'): ConnectionContribution {
  const order: Order = [1, ms, dedupKey, 0];
  return {
    kind: 'connection',
    terraUserId: asTerraUserId('t'),
    provider: 'oura',
    referenceId: 'user_a',
    order,
    change,
  };
}

const connected = (ms: number, scopes: string | null = 'A,B') => told(ms, { state: 'connected', scopes });
const permissions = (ms: number, scopes: string | null, added: string[], removed: string[]) =>
  told(ms, { state: 'permissions', scopes, added, removed });

function shown(...events: ConnectionContribution[]) {
  return shownConnection(foldConnection(EMPTY_CONNECTION, events));
}

describe('scopes', () => {
  it.each([
    [null, []],
    ['', []],
    [' , ,', []],
    [' A , B,,A', ['A', 'B']],
  ])('%j are a list', (text, names) => {
    expect(scopeList(text)).toEqual(names);
  });

  it.each<[string, ConnectionContribution[], string | null]>([
    ['are kept by an auth that names none', [connected(1), connected(2, null)], 'A,B'],
    ['are those of the change, told in full', [connected(1), permissions(2, 'B,C', ['C'], ['A'])], 'B,C'],
    ['are right when the full list is from before the change', [permissions(2, 'A,B', ['C'], ['A'])], 'B,C'],
    ['may all be gone, told in full', [connected(1), permissions(2, 'A', [], ['A'])], null],
    ['may all be gone, told by difference', [connected(1), permissions(2, null, [], ['A', 'B'])], null],
    ['forget differences from before a full list', [permissions(1, null, ['X'], []), connected(2)], 'A,B'],
    [
      'take differences in event order',
      [permissions(3, null, [], ['C']), permissions(2, null, ['C'], []), connected(1)],
      'A,B',
    ],
  ])('%s', (_, events, scopes) => {
    expect(shown(...events)?.scopes ?? null).toBe(scopes);
    expect(shown(...events.toReversed())?.scopes ?? null).toBe(scopes);
  });
});

describe('a connection', () => {
  it('is nothing before any event', () => {
    expect(shownConnection(EMPTY_CONNECTION)).toBeNull();
  });

  it('whose end is all that is known is shown as ended', () => {
    expect(shown(told(5, { state: 'deauthenticated' }))).toEqual({
      provider: 'oura',
      reference_id: 'user_a',
      scopes: null,
      connected_at: iso(5),
      deactivated_at: iso(5),
      state: 'deauthenticated',
      state_message: null,
      state_at: iso(5),
    });
  });

  it('that ended and was connected again has no end and no error', () => {
    const again = [
      told(2, { state: 'error', message: 'expired' }),
      told(3, { state: 'deauthenticated' }),
      connected(8),
    ];
    for (const events of [again, again.toReversed()]) {
      expect(shown(...events)).toEqual({
        provider: 'oura',
        reference_id: 'user_a',
        scopes: 'A,B',
        connected_at: iso(8),
        deactivated_at: null,
        state: 'connected',
        state_message: null,
        state_at: iso(8),
      });
    }
  });

  it.each<[string, ConnectionContribution[], { connected_at: string; state: string; state_at: string }]>([
    [
      'a change of scopes told in full',
      [permissions(5, 'A', [], [])],
      { connected_at: iso(5), state: 'connected', state_at: iso(5) },
    ],
    [
      'a difference of scopes, later taken back',
      [permissions(5, null, ['A'], []), permissions(6, null, [], ['A'])],
      { connected_at: iso(5), state: 'connected', state_at: iso(5) },
    ],
    [
      'an error after another',
      [told(5, { state: 'error', message: null }), told(7, { state: 'error', message: null })],
      { connected_at: iso(5), state: 'error', state_at: iso(7) },
    ],
    [
      'an end after changes of scopes',
      [permissions(3, 'A', [], []), permissions(4, 'B', [], []), told(9, { state: 'access_revoked' })],
      { connected_at: iso(3), state: 'access_revoked', state_at: iso(9) },
    ],
    [
      'an end and a later auth',
      [told(3, { state: 'deauthenticated' }), connected(8)],
      { connected_at: iso(8), state: 'connected', state_at: iso(8) },
    ],
    [
      'an auth after the word of it, and errors around',
      [permissions(2, 'A', [], []), connected(4), told(6, { state: 'error', message: null })],
      { connected_at: iso(4), state: 'error', state_at: iso(6) },
    ],
  ])('dates from the first word of it until an auth tells: %s', (_, events, expected) => {
    for (const arrived of [events, events.toReversed()]) {
      expect(shown(...arrived)).toMatchObject(expected);
      const oneByOne = arrived.reduce((row, event) => foldConnection(row, [event]), EMPTY_CONNECTION);
      expect(oneByOne).toEqual(foldConnection(EMPTY_CONNECTION, events));
      expect(foldConnection(oneByOne, events)).toEqual(oneByOne);
    }
  });

  it('stored before its first word was kept dates from the earliest that still counts', () => {
    const { slices, deltas } = foldConnection(EMPTY_CONNECTION, [
      permissions(5, 'A', [], []),
      told(7, { state: 'error', message: null }),
    ]);
    expect(shownConnection({ slices, deltas })).toMatchObject({ connected_at: iso(5), state_at: iso(7) });
  });

  it('is the same when its events are folded one by one, twice, or at once', () => {
    const events = [
      connected(1),
      permissions(2, null, ['C'], ['A']),
      told(3, { state: 'error', message: 'expired' }),
      told(3, { state: 'access_revoked' }, 'e'),
    ];
    const atOnce = foldConnection(EMPTY_CONNECTION, events);
    const oneByOne = events.reduce((row, event) => foldConnection(row, [event]), EMPTY_CONNECTION);
    expect(oneByOne).toEqual(atOnce);
    expect(foldConnection(atOnce, events.toReversed())).toEqual(atOnce);
    expect(JSON.parse(JSON.stringify(atOnce))).toEqual(atOnce);
    expect(shownConnection(atOnce)).toMatchObject({
      state: 'access_revoked',
      state_message: null,
      scopes: 'B,C',
    });
  });

  it('from before cells gives way to any event, and keeps what that does not speak of', () => {
    const row = decodeConnection(null, {
      provider: 'garmin',
      reference_id: 'user_a',
      scopes: 'OLD',
      connected_at: '2024-01-01 00:00:00',
      deactivated_at: null,
      state: 'connected',
      state_message: null,
      state_at: '2024-01-01 00:00:00',
    });
    expect(shownConnection(foldConnection(row, [told(1, { state: 'deauthenticated' })]))).toEqual({
      provider: 'oura',
      reference_id: 'user_a',
      scopes: 'OLD',
      connected_at: '2024-01-01 00:00:00',
      deactivated_at: iso(1),
      state: 'deauthenticated',
      state_message: null,
      state_at: iso(1),
    });
  });
});
