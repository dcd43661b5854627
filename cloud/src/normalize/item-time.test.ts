import { describe, expect, it } from 'vitest';
import { normalizeBody } from './body.ts';
import { normalizeDaily } from './daily.ts';
import { contributionsOf, dataBody, storedEvent } from './event.fixture.ts';

const WEIGHT = { measurements_data: { day_avg_weight_kg: 70 } };

/** The date of a daily or body item, and the offset that a day knows. */
function dayOf(metadata: object): readonly [date: string, offset: unknown] {
  const [day] = contributionsOf(
    normalizeDaily(storedEvent('daily'), dataBody('daily', { metadata, distance_data: { steps: 1 } })),
  );
  const [weight] = contributionsOf(
    normalizeBody(storedEvent('body'), dataBody('body', { metadata, ...WEIGHT })),
  );
  if (day?.kind !== 'daily' || weight?.kind !== 'biomarker') throw new Error('neither day nor weight');
  expect(weight.drawDate).toBe(day.date);
  return [day.date, day.columns.utc_offset_minutes ?? null];
}

describe('the day of an item', () => {
  it.each([
    // Tokyo's 9th, Los Angeles' 8th, and a day of 23 hours.
    ['2026-03-08T15:00:00Z', '2026-03-09T15:00:00Z', '2026-03-09'],
    ['2026-03-08T08:00:00+00:00', '2026-03-09T08:00:00+00:00', '2026-03-08'],
    ['2026-03-08T08:00:00', '2026-03-09T07:00:00', '2026-03-08'],
    ['2026-03-07T15:00:00Z', '2026-03-08T14:59:59Z', '2026-03-08'],
    ['2026-03-08T00:00:00Z', '2026-03-09T00:00:00Z', '2026-03-08'],
    // Neither is about a day: nothing tells whose middle it would be.
    ['2026-03-08T20:00:00Z', '2026-03-09T08:00:00Z', '2026-03-08'],
    ['2026-03-08T15:00:00Z', '2026-03-10T15:00:00Z', '2026-03-08'],
    ['2026-03-08T15:00:00Z', null, '2026-03-08'],
  ])('from %s to %s in UTC is %s, with an unknown offset', (start_time, end_time, date) => {
    expect(dayOf({ start_time, end_time, timestamp_localization: 0 })).toEqual([date, null]);
  });

  it.each([1, null, undefined])(
    'is as delivered with timestamp_localization %j',
    (timestamp_localization) => {
      const times = { start_time: '2026-03-08T15:00:00Z', end_time: '2026-03-09T15:00:00Z' };
      expect(dayOf({ ...times, timestamp_localization })).toEqual(['2026-03-08', 0]);
    },
  );

  it('stays the date that is written where the clock says 24:00', () => {
    expect(dayOf({ start_time: '2026-03-08T24:00:00+09:00' })).toEqual(['2026-03-08', 540]);
  });

  it.each(['1989-12-31T00:00:00Z', '2026-03-12T00:00:00Z'])('is refused at %s', (start_time) => {
    const refused = { state: 'parked', code: 'payload_invalid:data[0].metadata.start_time' };
    const item = { metadata: { start_time }, ...WEIGHT };
    expect(normalizeDaily(storedEvent('daily'), dataBody('daily', item))).toEqual(refused);
    expect(normalizeBody(storedEvent('body'), dataBody('body', item))).toEqual(refused);
  });

  it.each(['1990-01-01T00:00:00Z', '2026-03-11T00:00:00Z'])('is believed at %s', (start_time) => {
    expect(dayOf({ start_time })[0]).toBe(start_time.slice(0, 10));
  });
});
