import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type SignatureRules, startSignatureCheck } from './signature.ts';

const NOW = 1_760_000_000;
const BODY = new TextEncoder().encode('{"type":"daily"}');
const RULES: SignatureRules = { secrets: ['new', 'old'], toleranceSeconds: 172_800, nowSeconds: NOW };

function digest(secret = 'new', at: number | string = NOW, body: Uint8Array = BODY): string {
  return createHmac('sha256', secret).update(`${at}.`).update(body).digest('hex');
}

function check(header: Record<string, string>, rules: Partial<SignatureRules> = {}, body = BODY) {
  const signature = startSignatureCheck(new Headers(header), { ...RULES, ...rules });
  signature.update(body);
  return signature.finish();
}

describe('a signature', () => {
  it.each([
    ['key', '123', 'dca55eca8f595bd4d80250ab9609c7cbecec8e581c5c3822294f7c2ee1c99377'],
    ['foo', "{'bar':'baz'}", '599aa529690b885a43f184327c582375068d70705b7a471af15e10682c6f5313'],
  ])('gives the answer known of secret %s', (secret, body, v1) => {
    const rules = { secrets: [secret], toleranceSeconds: 60, nowSeconds: 12_345_678 };
    const bytes = new TextEncoder().encode(body);
    expect(check({ 'terra-signature': `t=12345678,v1=${v1}` }, rules, bytes)).toEqual({ state: 'valid' });
  });

  it.each<[string, Record<string, string>]>([
    ['of the first secret', { 'terra-signature': `t=${NOW},v1=${digest('new')}` }],
    ['of the secret being rotated out', { 'terra-signature': `t=${NOW},v1=${digest('old')}` }],
    ['under the other name', { 'x-terra-signature': `t=${NOW},v1=${digest()}` }],
    ['in any case', { 'X-TERRA-Signature': `t=${NOW},v1=${digest().toUpperCase()}` }],
    ['with the digest first', { 'terra-signature': `v1=${digest()},t=${NOW}` }],
    ['with spaces around the parts', { 'terra-signature': ` t=${NOW} , v1=${digest()} ` }],
    ['with another digest before', { 'terra-signature': `t=${NOW},v1=${'0'.repeat(64)},v1=${digest()}` }],
    ['with another digest after', { 'terra-signature': `t=${NOW},v1=${digest()},v1=${'0'.repeat(64)}` }],
    ['beside other schemes', { 'terra-signature': `t=${NOW},v0=1,v1=${digest()},v2=x,flag` }],
    ['beside a v1 that is no digest', { 'terra-signature': `t=${NOW},v1=abc,v1=${digest()}` }],
    [
      'under one name, while the other is malformed',
      { 'terra-signature': 'hello', 'x-terra-signature': `t=${NOW},v1=${digest()}` },
    ],
    [
      'under one name, while the other does not match',
      {
        'terra-signature': `t=${NOW},v1=${'0'.repeat(64)}`,
        'x-terra-signature': `t=${NOW},v1=${digest()}`,
      },
    ],
    ['48 h old', { 'terra-signature': `t=${NOW - 172_800},v1=${digest('new', NOW - 172_800)}` }],
    ['5 min ahead', { 'terra-signature': `t=${NOW + 300},v1=${digest('new', NOW + 300)}` }],
  ])('is good %s', (_, header) => {
    expect(check(header)).toEqual({ state: 'valid' });
  });

  it.each<[string, string, Record<string, string>]>([
    ['missing', 'there is no header', {}],
    ['malformed', 'the header is empty', { 'terra-signature': '' }],
    ['malformed', 'there is no time', { 'terra-signature': `v1=${digest()}` }],
    ['malformed', 'the time is no number', { 'terra-signature': `t=now,v1=${digest('new', 'now')}` }],
    ['malformed', 'the time is negative', { 'terra-signature': `t=-1,v1=${digest('new', -1)}` }],
    ['malformed', 'there is no digest', { 'terra-signature': `t=${NOW}` }],
    ['malformed', 'the digest is short', { 'terra-signature': `t=${NOW},v1=${digest().slice(1)}` }],
    ['malformed', 'the digest is long', { 'terra-signature': `t=${NOW},v1=${digest()}0` }],
    ['malformed', 'the digest is no hex', { 'terra-signature': `t=${NOW},v1=${'z'.repeat(64)}` }],
    ['malformed', 'the scheme is another', { 'terra-signature': `t=${NOW},v0=${digest()}` }],
    ['mismatch', 'the secret is another', { 'terra-signature': `t=${NOW},v1=${digest('else')}` }],
    ['mismatch', 'the time was changed', { 'terra-signature': `t=${NOW + 1},v1=${digest()}` }],
    [
      'mismatch',
      'the body was changed',
      { 'terra-signature': `t=${NOW},v1=${digest('new', NOW, new Uint8Array([1]))}` },
    ],
    ['stale', 'its time is old, whatever was signed', { 'terra-signature': `t=1,v1=${digest()}` }],
    [
      'stale',
      'it is a second over 48 h old',
      { 'terra-signature': `t=${NOW - 172_801},v1=${digest('new', NOW - 172_801)}` },
    ],
    [
      'future',
      'it is a second over 5 min ahead',
      { 'terra-signature': `t=${NOW + 301},v1=${digest('new', NOW + 301)}` },
    ],
  ])('is %s when %s', (reason, _, header) => {
    expect(check(header)).toEqual({ state: 'invalid', reason });
  });

  it.each([
    ['missing', {}],
    ['malformed', { 'terra-signature': 't=1' }],
    ['stale', { 'terra-signature': `t=1,v1=${digest('new', 1)}` }],
    ['future', { 'terra-signature': `t=${NOW + 301},v1=${digest('new', NOW + 301)}` }],
  ])('is refused as %s before any byte of the body', (reason, header: Record<string, string>) => {
    expect(startSignatureCheck(new Headers(header), RULES).refused).toBe(reason);
  });

  it('in time counts beside one that is not', () => {
    const header = {
      'terra-signature': `t=1,v1=${digest('new', 1)}`,
      'x-terra-signature': `t=${NOW},v1=${digest()}`,
    };
    expect(startSignatureCheck(new Headers(header), RULES).refused).toBeNull();
    expect(check(header)).toEqual({ state: 'valid' });
    const forged = { ...header, 'x-terra-signature': `t=${NOW},v1=${digest('else')}` };
    expect(check(forged)).toEqual({ state: 'invalid', reason: 'mismatch' });
  });

  it('covers the bytes, not the text they decode to', () => {
    const body = new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0xff, 0x00, 0x7d]);
    const header = { 'terra-signature': `t=${NOW},v1=${digest('new', NOW, body)}` };
    expect(check(header, {}, body)).toEqual({ state: 'valid' });
    expect(check(header, {}, body.slice(3))).toEqual({ state: 'invalid', reason: 'mismatch' });
  });

  it.each([
    ['none', []],
    ['an empty one', ['']],
    ['an empty one among others', ['new', '']],
  ])('is not checked with %s as secrets', (_, secrets) => {
    const header = { 'terra-signature': `t=${NOW},v1=${digest()}` };
    expect(() => check(header, { secrets })).toThrow('no signing secret');
  });
});
