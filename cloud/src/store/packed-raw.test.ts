import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packedRaw, shownRaw } from './packed-raw.ts';

const ITEM = JSON.stringify({
  metadata: { start_time: '2026-03-01T22:00:00.000000+00:00', end_time: '2026-03-02T06:30:00.000000+01:00' },
  sleep_durations_data: { asleep: { duration_asleep_state_seconds: 25_200 }, sleep_efficiency: 91.8 },
  heart_rate_data: { summary: { resting_hr_bpm: 50, avg_hrv_rmssd: 44.3, avg_hrv_sdnn: null } },
});

/** As a row has it. */
const STORED = '~1I1hXGZNUVxnjrquoUYIamRoZYM+floZ6FiRnRlMDjNxkYqJnjDVH1dYCAA==';

it('an item comes back as it was, whatever is in it', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.json()), (raw) => {
      expect(shownRaw(packedRaw(raw))).toBe(raw);
    }),
  );
});

it('an item of Terra’s is a third as long', () => {
  expect(packedRaw(ITEM).length * 3).toBeLessThan(ITEM.length);
});

it('what is packed stays as it is, even where it could be packed again', () => {
  const packed = packedRaw(JSON.stringify({ note: 'x'.repeat(200_000) }));
  expect(packedRaw(packed)).toBe(packed);
});

it('what would be no shorter stays as it is', () => {
  expect(packedRaw('{"a":1}')).toBe('{"a":1}');
});

it('a row that was packed once is read for ever', () => {
  expect(shownRaw(STORED)).toBe(ITEM);
});

it('what is no packed text is nobody else’s', () => {
  for (const value of [null, 7, '{"a":1}', '']) expect(shownRaw(value)).toBe(value);
});
