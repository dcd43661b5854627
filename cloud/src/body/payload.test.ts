import { env } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { WHOLE_BODY_BYTES_MAX } from '../limits.ts';
import { readStoredPayload } from './payload.ts';

/** A body with an array of samples that no rule reads, padded to so many bytes. */
function body(bytes: number) {
  const filled = (note: string) => ({
    data: [{ heart_rate_data: { detailed: { hr_samples: [{ bpm: 61 }] } }, note }],
  });
  const size = JSON.stringify(filled('')).length;
  return filled('x'.repeat(bytes - size));
}

async function stored(content: unknown) {
  const key = `raw-events/${crypto.randomUUID()}.json`;
  await env.RAW_PAYLOADS.put(key, JSON.stringify(content));
  return readStoredPayload(env.RAW_PAYLOADS, key);
}

it('a stored body of 8 MB is read as it is, a larger one without the samples that no rule reads', async () => {
  const whole = body(WHOLE_BODY_BYTES_MAX);
  expect(await stored(whole)).toEqual({ state: 'read', json: whole });
  const larger = body(WHOLE_BODY_BYTES_MAX + 1);
  expect(JSON.stringify(await stored(larger))).not.toContain('bpm');
});

it('one that is not there is missing', async () => {
  expect(await readStoredPayload(env.RAW_PAYLOADS, 'raw-events/none.json')).toEqual({ state: 'missing' });
});
