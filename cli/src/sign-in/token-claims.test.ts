import { expect, it } from 'vitest';
import { tokenOf } from '../../test/support/pages.ts';
import { tokenExpiry, tokenSubject } from './token-claims.ts';

const tokenClaiming = (claims: string) => `a.${Buffer.from(claims).toString('base64url')}.c`;

it('reads whom a token speaks for, where it tells', () => {
  expect(tokenSubject(tokenOf('user_1'))).toBe('user_1');
  expect(tokenSubject('opaque')).toBeNull();
  expect(tokenSubject('a.b.c')).toBeNull();
  expect(tokenSubject(tokenClaiming('{"sub":5}'))).toBeNull();
  expect(tokenSubject(tokenClaiming('null'))).toBeNull();
});

it('reads until when a token lasts, where it tells', () => {
  expect(tokenExpiry(tokenClaiming('{"exp":1772352000}'))).toBe('2026-03-01T08:00:00.000Z');
  for (const exp of ['"soon"', '1e300', '-1'])
    expect(tokenExpiry(tokenClaiming(`{"exp":${exp}}`))).toBeNull();
  expect(tokenExpiry(tokenOf('user_1'))).toBeNull();
  expect(tokenExpiry('opaque')).toBeNull();
});
