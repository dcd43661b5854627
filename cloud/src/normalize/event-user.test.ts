import { expect, it } from 'vitest';
import { isOwnUserId, providerName, readEventUser, scopeNames } from './event-user.ts';

it('reads whose connection it is', () => {
  const user = { user_id: 'terra-1', reference_id: 'user_ana', provider: ' GARMIN ', scopes: 'a, b' };
  expect(readEventUser({ user }, 'user')).toEqual({
    userId: 'terra-1',
    referenceId: 'user_ana',
    provider: 'garmin',
    scopes: 'a,b',
  });
});

it.each([
  [null],
  [{}],
  [{ user: null }],
  [{ user: [] }],
  [{ user: 'ana' }],
  [{ user: { user_id: null, scopes: 7 } }],
])('knows nothing of %j', (payload) => {
  expect(readEventUser(payload, 'user')).toEqual({
    userId: null,
    referenceId: null,
    provider: null,
    scopes: null,
  });
});

it('lists each scope once, without padding', () => {
  expect(scopeNames(' a,b ,, a,c\u0000')).toEqual(['a', 'b', 'c']);
  expect(scopeNames('')).toEqual([]);
  expect(scopeNames(null)).toEqual([]);
  expect(scopeNames(Array.from({ length: 500 }, (_, index) => `s${index}`).join(','))).toHaveLength(200);
});

it('knows our own user ids by their prefix', () => {
  expect(isOwnUserId('user_ana')).toBe(true);
  for (const other of ['customer-7', 'User_ana', ' user_ana', '', null])
    expect(isOwnUserId(other)).toBe(false);
});

it('names a provider in lower case, within a hundred characters', () => {
  expect(providerName('APPLE')).toBe('apple');
  expect(providerName('P'.repeat(200))).toBe('p'.repeat(100));
  expect(providerName(7)).toBeNull();
});
