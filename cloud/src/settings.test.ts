import { env } from 'cloudflare:test';
import { expect, it } from 'vitest';
import wrangler from '../../wrangler.toml?raw';
import { PAYLOAD_HOSTS } from './limits.ts';
import { numberSetting } from './settings.ts';

const stated = (name: string) => new RegExp(`^${name} = "(.*)"$`, 'm').exec(wrangler)?.[1];

it.each(['MAX_WEBHOOK_BYTES', 'INLINE_PAYLOAD_BYTES', 'TERRA_SIGNATURE_TOLERANCE_S'] as const)(
  'wrangler.toml states the default of %s',
  (name) => {
    expect(stated(name)).toBe(String(numberSetting({ ...env, [name]: '' }, name)));
  },
);

it('wrangler.toml states the default hosts of payloads', () => {
  expect(stated('TERRA_PAYLOAD_HOSTS')).toBe(PAYLOAD_HOSTS.join(','));
});
