import { describe, expect, it } from 'vitest';
import { moment, page, size, write } from './support/mirror.ts';
import { asPerson, newUser } from './support/stack.ts';

describe('since', () => {
  it.each([
    ['the clock’s own form', '2026-03-01T00:00:00.005Z'],
    ['lower case', '2026-03-01t00:00:00.005z'],
    ['an offset', '2026-03-01T01:30:00.005+01:30'],
    ['an offset without colon', '2026-02-28T19:00:00.005-0500'],
    ['an offset in hours', '2026-03-01T01:00:00.005+01'],
    ['an offset whose plus was not escaped', '2026-03-01T01:00:00.005 01:00'],
    ['the old space form', '2026-03-01 00:00:00.005'],
    ['microseconds', '2026-03-01T00:00:00.005999Z'],
  ])('is taken as %s', async (_, since) => {
    const user = newUser();
    await write(user, moment(5), [['daily_summary', { source: 'oura', datetime: '2026-03-01' }]]);
    await write(user, moment(6), [['daily_summary', { source: 'oura', datetime: '2026-03-02' }]]);
    const { data, now } = await page(user, { since });
    expect(data.daily_summary?.map((row) => row.datetime)).toEqual(['2026-03-02']);
    expect(now).toBe(moment(6));
  });

  it.each([
    '2026-03-01',
    '2026-03-01 00:00:00',
    '2026-03-01T00:00',
    '',
    '1969-01-01',
    '0000-01-01T00:00+01:00',
  ])('%j is before what came at midnight and after', async (since) => {
    const user = newUser();
    await write(user, moment(1), [['profiles', { data: '{}' }]]);
    expect(size(await page(user, { since }))).toBe(1);
  });

  it.each(['2027-01-01', '9999-12-31T23:59:59-01:00'])(
    '%s, beyond the clock, answers nothing and the clock as now',
    async (since) => {
      const user = newUser();
      await write(user, moment(1), [['profiles', { data: '{}' }]]);
      const answer = await page(user, { since });
      expect([size(answer), answer.now, answer.has_more, answer.next_cursor]).toEqual([
        0,
        moment(1),
        false,
        null,
      ]);
    },
  );
});

describe('a parameter that is wrong', () => {
  it.each([
    ['limit', '0'],
    ['limit', '5001'],
    ['limit', '-1'],
    ['limit', '1.5'],
    ['limit', 'many'],
    ['limit', ''],
    ['tables', 'users'],
    ['tables', 'daily_summary,'],
    ['tables', ''],
    ['include', 'cells'],
    ['since', 'yesterday'],
    ['since', '2026-13-01'],
    ['since', '1772323200'],
    ['cursor', 'nonsense'],
    ['cursor', ''],
    ['cursor', Buffer.from('{}').toString('base64url')],
    ['cursor', Buffer.from('{"users":["",1,0]}').toString('base64url')],
    ['cursor', Buffer.from('{"deleted":["",1.5,0]}').toString('base64url')],
  ])('is a 400 that names it: %s=%s', async (name, value) => {
    const response = await asPerson(newUser(), `/v1/sync?${new URLSearchParams({ [name]: value })}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: {
        code: 'invalid_request',
        message: expect.stringMatching(new RegExp(`^${name}: `)),
        request_id: response.headers.get('x-request-id'),
      },
    });
  });

  it.each(['1', '5000'])('is not limit=%s', async (limit) => {
    expect(size(await page(newUser(), { limit }))).toBe(0);
  });
});
