import { describe, expect, it } from 'vitest';
import { storedEvent } from './event.fixture.ts';
import { normalize } from './normalize.ts';
import { payloadUrlAllowed } from './payload-url.ts';

const HOSTS = ['.amazonaws.com'];

describe('payloadUrlAllowed', () => {
  it.each([
    'https://bucket.s3.eu-west-2.amazonaws.com/payloads/a.json?X-Amz-Signature=1',
    'https://BUCKET.S3.AMAZONAWS.COM/a.json',
    'https://amazonaws.com/a.json',
    'https://bucket.s3.amazonaws.com:443/a.json',
  ])('allows %s', (url) => {
    expect(payloadUrlAllowed(url, HOSTS)).toBe(true);
  });

  it.each([
    'http://bucket.s3.amazonaws.com/a.json',
    'ftp://bucket.s3.amazonaws.com/a.json',
    'https://bucket.s3.amazonaws.com:8443/a.json',
    'https://user@bucket.s3.amazonaws.com/a.json',
    'https://user:secret@bucket.s3.amazonaws.com/a.json',
    'https://:secret@bucket.s3.amazonaws.com/a.json',
    'https://evilamazonaws.com/a.json',
    'https://bucket.s3.amazonaws.com.evil.example/a.json',
    'https://evil.example/?x=.amazonaws.com',
    'https://evil.example#.amazonaws.com',
    'https://evil.example\\.amazonaws.com/a.json',
    'https://127.0.0.1/a.json',
    'https://bucket.s3.amazonaws.com./a.json',
    'file:///etc/passwd',
    '//bucket.s3.amazonaws.com/a.json',
    'not a url',
    '',
  ])('refuses %s', (url) => {
    expect(payloadUrlAllowed(url, HOSTS)).toBe(false);
  });

  it('allows only what is listed', () => {
    const url = 'https://files.example.org/a.json';
    expect(payloadUrlAllowed(url, [])).toBe(false);
    expect(payloadUrlAllowed(url, ['', '.'])).toBe(false);
    expect(payloadUrlAllowed('https://files.example.org./a.json', ['', '.'])).toBe(false);
    expect(payloadUrlAllowed(url, HOSTS)).toBe(false);
    expect(payloadUrlAllowed(url, [...HOSTS, ' .Example.org'])).toBe(true);
    expect(payloadUrlAllowed(url, ['files.example.org'])).toBe(true);
    expect(payloadUrlAllowed(url, ['xfiles.example.org', '.les.example.org'])).toBe(false);
  });
});

describe('a host that is named without a dot in front', () => {
  const pinned = ['terra-payloads.s3.eu-west-2.amazonaws.com'];

  it.each([
    ['https://terra-payloads.s3.eu-west-2.amazonaws.com/a.json?X-Amz-Signature=1', true],
    ['https://TERRA-PAYLOADS.s3.eu-west-2.amazonaws.com/a.json', true],
    ['https://other.terra-payloads.s3.eu-west-2.amazonaws.com/a.json', false],
    ['https://another.s3.eu-west-2.amazonaws.com/a.json', false],
    ['https://s3.eu-west-2.amazonaws.com/terra-payloads/a.json', false],
  ])('is that one and no other: %s, %s', (url, isAllowed) => {
    expect(payloadUrlAllowed(url, pinned)).toBe(isAllowed);
  });
});

describe('s3_payload', () => {
  const ping = (url: unknown, hosts?: readonly string[]): unknown =>
    normalize(
      storedEvent('s3_payload'),
      { type: 's3_payload', status: 'success', url, expires_in: 300 },
      hosts === undefined ? undefined : { payloadHosts: hosts },
    );

  it('has expired where its payload was not fetched', () => {
    expect(ping('https://bucket.s3.amazonaws.com/a.json')).toEqual({
      state: 'parked',
      code: 'payload_url_expired',
    });
    expect(ping('https://files.example.org/a.json', ['.example.org'])).toEqual({
      state: 'parked',
      code: 'payload_url_expired',
    });
  });

  it.each([undefined, null, 7, {}, 'http://bucket.s3.amazonaws.com/a.json', 'https://evil.example/a.json'])(
    'is refused with the url %j',
    (url) => {
      expect(ping(url)).toEqual({ state: 'parked', code: 'payload_url_refused' });
    },
  );
});
