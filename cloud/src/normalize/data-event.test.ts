import { describe, expect, it } from 'vitest';
import { normalizeBody } from './body.ts';
import { normalizeDaily } from './daily.ts';
import { contributionsOf, dataBody, storedEvent, USER } from './event.fixture.ts';

const GOOD = { metadata: { start_time: '2026-03-08T00:00:00+01:00' }, distance_data: { steps: 10 } };
const NAMELESS = storedEvent('daily', { terraUserId: '', referenceId: null, provider: null });

describe('normalizeItems', () => {
  it('keeps the good items beside a bad one, each at its own position, and names the first bad path', () => {
    const body = dataBody('daily', GOOD, { metadata: { start_time: null } }, 'not an object', GOOD);
    const day = {
      kind: 'daily',
      source: 'oura',
      date: '2026-03-08',
      columns: { steps: 10, utc_offset_minutes: 60 },
    };
    expect(normalizeDaily(storedEvent('daily'), body)).toEqual({
      state: 'normalized',
      refused: 'data[1].metadata.start_time',
      notices: [],
      contributions: [
        { ...day, order: [1, 1_000, 'd0', 0] },
        { ...day, order: [1, 1_000, 'd0', 3] },
      ],
    });
  });

  it.each([[null], ['text'], [7], [[]]])('refuses %j as an item', (item) => {
    expect(normalizeDaily(storedEvent('daily'), dataBody('daily', item))).toEqual({
      state: 'parked',
      code: 'payload_invalid:data[0]',
    });
  });

  it('is usable where an item says nothing we store, beside one that is refused', () => {
    const body = dataBody('body', { metadata: { start_time: '2026-03-08' } }, null);
    expect(normalizeBody(storedEvent('body'), body)).toEqual({
      state: 'normalized',
      contributions: [],
      refused: 'data[1]',
      notices: [],
    });
  });

  it.each([storedEvent('daily'), NAMELESS])(
    'normalizes an empty list to nothing, whoever owns it',
    (event) => {
      expect(normalizeDaily(event, { data: [] })).toEqual({
        state: 'normalized',
        contributions: [],
        refused: null,
        notices: [],
      });
    },
  );

  it.each([undefined, null, {}, 'text', 7])('parks data that is %j', (data) => {
    expect(normalizeDaily(storedEvent('daily'), { user: USER, data })).toEqual({
      state: 'parked',
      code: 'payload_invalid:data',
    });
  });

  it('parks an event that nobody could own', () => {
    for (const user of [
      undefined,
      null,
      { provider: 'OURA' },
      { provider: 'OURA', reference_id: 'customer-7' },
    ]) {
      expect(normalizeDaily(NAMELESS, { user, data: [GOOD] })).toEqual({
        state: 'parked',
        code: 'payload_invalid:user.user_id',
      });
    }
  });

  it.each([
    ['a Terra id in the body', NAMELESS, { user_id: 'terra-ana-1', provider: 'OURA' }],
    ['a reference that is a user of ours', NAMELESS, { reference_id: 'user_ana', provider: 'OURA' }],
    ['a stored Terra id', storedEvent('daily'), { provider: 'OURA' }],
  ])('takes an event with %s', (_what, event, user) => {
    expect(contributionsOf(normalizeDaily(event, { user, data: [GOOD] }))).toHaveLength(1);
  });

  it('parks an event without a provider, whose source would be unknown', () => {
    expect(normalizeDaily(NAMELESS, { user: { user_id: 'terra-ana-1' }, data: [GOOD] })).toEqual({
      state: 'parked',
      code: 'payload_invalid:user.provider',
    });
  });

  it('takes the provider from the stored event, else from the body, in lower case', () => {
    const sourceOf = (event: typeof NAMELESS): unknown =>
      contributionsOf(normalizeDaily(event, dataBody('daily', GOOD)))[0];
    expect(sourceOf(storedEvent('daily', { provider: 'GARMIN' }))).toMatchObject({ source: 'garmin' });
    expect(sourceOf(NAMELESS)).toMatchObject({ source: 'oura' });
  });
});
