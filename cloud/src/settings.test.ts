import { env } from 'cloudflare:test';
import { expect, it } from 'vitest';
import wrangler from '../../wrangler.toml?raw';
import { PAYLOAD_HOSTS } from './limits.ts';
import { numberSetting, requireSecret } from './settings.ts';

const stated = (name: string) => new RegExp(`^${name} = "(.*)"$`, 'm').exec(wrangler)?.[1];

it.each([
  'MAX_WEBHOOK_BYTES',
  'INLINE_PAYLOAD_BYTES',
  'PAYLOAD_RETENTION_DAYS',
  'TERRA_SIGNATURE_TOLERANCE_S',
] as const)('wrangler.toml states the default of %s', (name) => {
  expect(stated(name)).toBe(String(numberSetting({ ...env, [name]: '' }, name)));
});

it.each(['AMY_ADMIN_KEY', 'AMY_JWT_SECRET'] as const)('%s is of 32 bytes at least', (name) => {
  const key = 'k'.repeat(32);
  expect(requireSecret({ ...env, [name]: key }, name)).toBe(key);
  for (const weak of [key.slice(1), `${key.slice(1)} `, '', ' ']) {
    expect(() => requireSecret({ ...env, [name]: weak }, name)).toThrow(name);
  }
  // Terra's own are as long as Terra makes them.
  expect(requireSecret({ ...env, TERRA_API_KEY: 'short' }, 'TERRA_API_KEY')).toBe('short');
});

it('wrangler.toml states the default hosts of payloads', () => {
  expect(stated('TERRA_PAYLOAD_HOSTS')).toBe(PAYLOAD_HOSTS.join(','));
});
