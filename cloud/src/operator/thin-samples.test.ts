import { env } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { insertPerson, insertRow } from '../../test/support/rows.ts';
import { isoTime } from '../clock.ts';
import { SAMPLES_LOOKED_AT } from '../limits.ts';
import { SAMPLED_TABLES } from '../store/old-samples.ts';
import { thinSamples } from './thin-samples.ts';

const at = (minute: number) => Date.UTC(2026, 2, 1, 12, minute);

it('a page of rows with samples is one look, and only a full one makes another', async () => {
  const user = await insertPerson();
  const activities = async (count: number, minute: number) => {
    for (let n = 0; n < count; n += 1)
      await insertRow('activities', {
        user_id: user,
        source: 'oura',
        start_time: `${minute} ${n}`,
        raw: '{}',
        updated_at: isoTime(at(minute)),
      });
  };
  await activities(1, 1);
  await activities(SAMPLES_LOOKED_AT, 3);
  expect(await thinSamples(env.DB, user, at(1), at(2))).toBe(SAMPLED_TABLES.length);
  expect(await thinSamples(env.DB, user, at(3), at(4))).toBe(SAMPLED_TABLES.length + 1);
});
