import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACTIVITY_RULES } from '../normalize/activity-rules.ts';
import { DAILY_RULES } from '../normalize/daily-rules.ts';
import { SLEEP_RULES } from '../normalize/sleep-rules.ts';
import type { Order } from '../normalize/types.ts';
import type { Slice } from './cells.ts';
import { LEGACY_ORDER } from './order.ts';
import {
  type AnySlice,
  decodeColumns,
  decodeOrder,
  decodeSlice,
  encodeColumns,
  encodeOrder,
  encodeSlice,
  hasLetter,
} from './stored-cells.ts';

const HASH = 'ff00'.repeat(16);
const FIRST: Order = [1, 1_795_913_530_932, HASH, 0];

const anyOrder = fc.tuple(
  fc.constantFrom(-1, 0, 1),
  fc.nat(),
  fc.stringMatching(/^[0-9a-f]{64}$/),
  fc.nat(3),
) as fc.Arbitrary<Order>;
const anyColumns = fc.dictionary(
  fc.constantFrom('steps', 'raw', 'elevation_method', 'spo2', 'of_tomorrow', 'a'),
  fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string(), fc.constant(null)),
);

function stored(slice: AnySlice): AnySlice {
  return JSON.parse(JSON.stringify(slice)) as AnySlice;
}

describe('a slice', () => {
  it('comes back as it was, and has one text', () => {
    fc.assert(
      fc.property(fc.tuple(anyOrder, anyColumns), (given) => {
        // As JSON has it: of 0 and -0 one.
        const slice = JSON.parse(JSON.stringify(given)) as Slice;
        const back = decodeSlice(stored(encodeSlice(slice)));
        expect(back).toEqual(slice);
        expect(JSON.stringify(encodeSlice(back))).toBe(JSON.stringify(encodeSlice(slice)));
      }),
    );
  });

  it('spells nothing out', () => {
    expect(encodeSlice([FIRST, { steps: 4910, spo2: null }])).toEqual([
      [1_795_913_530_932, '/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wA'],
      'aj',
      4910,
      null,
    ]);
  });

  it('that wins nothing is its order alone', () => {
    expect(encodeSlice([FIRST, {}])).toEqual(encodeOrder(FIRST));
    expect(decodeSlice(stored(encodeSlice([FIRST, {}])))).toEqual([FIRST, {}]);
  });

  it('of an earlier version is read', () => {
    const earlier: readonly Slice[] = [
      [FIRST, { steps: 4910, raw: null }],
      [[0, 5, HASH, 2], {}],
    ];
    for (const slice of earlier) expect(decodeSlice(stored(slice))).toEqual(slice);
  });
});

describe('an order', () => {
  it('that is not of a confirmed item that came first is kept in full', () => {
    for (const order of [[0, 5, HASH, 0], [1, 5, HASH, 7], LEGACY_ORDER] as const) {
      expect(encodeOrder(order)).toHaveLength(4);
      expect(decodeOrder(encodeOrder(order))).toEqual(order);
    }
  });

  it('from before cells has the text by which it is looked for', () => {
    expect(JSON.stringify(encodeOrder(LEGACY_ORDER))).toBe(JSON.stringify(LEGACY_ORDER));
  });
});

describe('columns', () => {
  it('have the letters that they were stored with', () => {
    const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWX';
    const columns = Object.keys(decodeColumns([letters, ...[...letters].map(() => 1)]));
    expect(columns).toHaveLength(letters.length);
    expect(columns.every(hasLetter)).toBe(true);
    // Whoever adds a column adds it at the end: none of these moves.
    expect([columns[0], columns[10], columns[20], columns[30], columns[40], columns.at(-1)]).toEqual([
      'steps',
      'skin_temperature',
      'vo2_max',
      'utc_offset_minutes',
      'awake_seconds',
      'elevation_method',
    ]);
  });

  it('of every rule have one', () => {
    const ruled = [DAILY_RULES, SLEEP_RULES, ACTIVITY_RULES].flatMap((rules) => Object.keys(rules));
    const others = ['wake_date', 'start_time', 'end_time', 'raw', 'is_nap', 'hrv_method', 'activity_name'];
    expect([...ruled, ...others].filter((column) => !hasLetter(column))).toEqual([]);
  });

  it('without one are kept by their names', () => {
    expect(encodeColumns({ of_tomorrow: 7, steps: 1 })).toEqual(['a', 1, { of_tomorrow: 7 }]);
  });
});
