import { expect, it } from 'vitest';
import { terraRefusal } from './terra-refusal.ts';

/** As Terra may put it: with ids that are not the person's to know, or another's. */
const TERRAS_WORDS = 'user 2b7d1c50-terra-id of reference user_ben is not known';

it.each([
  [429, null, 'Terra is busy and did not open a page; try again in 30 s'],
  [429, 7, 'Terra is busy and did not open a page; try again in 7 s'],
  [null, null, 'Terra could not be reached to open a page; try again in a minute'],
  [503, null, 'Terra could not be reached to open a page; try again in a minute'],
  [400, null, 'Terra did not open a page (HTTP 400): check the names'],
  [404, null, 'Terra did not open a page (HTTP 404): check the names'],
])('says of HTTP %s (wait %s) nothing in Terra’s own words', (status, retryAfterSeconds, message) => {
  const failed = { state: 'failed', status, retryAfterSeconds, text: TERRAS_WORDS } as const;
  expect(terraRefusal(failed, 'open a page', 'check the names').message).toBe(message);
});
