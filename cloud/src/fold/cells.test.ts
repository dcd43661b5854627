import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROPERTY } from '../../test/support/properties.ts';
import type { Order } from '../normalize/types.ts';
import { measuredOrders } from './biomarker-row.ts';
import { decodeBodyDay, encodeBodyDay } from './body-day.ts';
import { latestOrder, mergeRevisions, mergeSlices, type Slice, winningColumns } from './cells.ts';
import { compareOrders, LEGACY_ORDER } from './order.ts';

const order = fc.tuple(
  fc.constantFrom(-1, 0, 1),
  fc.integer({ min: 0, max: 3 }),
  fc.constantFrom('a', 'b'),
  fc.integer({ min: 0, max: 1 }),
);

/** Revisions as events give them: one order has one content. */
const revisions: fc.Arbitrary<Slice[]> = fc
  .uniqueArray(
    fc.tuple(
      order,
      fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.option(fc.integer({ min: 0, max: 3 }), { nil: null })),
    ),
    { selector: ([one]) => JSON.stringify(one), maxLength: 30 },
  )
  .map((slices) => slices as Slice[]);

describe.each([
  ['what wins', mergeSlices],
  ['what wins and what lost', mergeRevisions],
] as const)('merging revisions to %s', (_name, merge) => {
  it('gives the same in any order and any grouping, and twice is once', () => {
    fc.assert(
      fc.property(revisions, fc.nat(), (slices, cut) => {
        const whole = merge(slices);
        const at = slices.length === 0 ? 0 : cut % slices.length;
        expect(merge(slices.toReversed())).toEqual(whole);
        expect(merge([...merge(slices.slice(at)), ...merge(slices.slice(0, at))])).toEqual(whole);
        expect(merge([...whole, ...slices])).toEqual(whole);
      }),
      { ...PROPERTY, numRuns: 500 },
    );
  });
});

describe('merging revisions', () => {
  it('remembers the latest that win nothing, and nothing from before cells', () => {
    const lost = Array.from({ length: 12 }, (_, ms): Slice => [[1, ms, 'a', 0], { x: ms }]);
    const merged = mergeRevisions([[LEGACY_ORDER, { x: 1 }], ...lost]);
    const remembered = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map((ms) => [[1, ms, 'a', 0], {}]);
    expect(merged).toEqual([[[1, 11, 'a', 0], { x: 11 }], ...remembered]);
  });

  it('lets the latest that knows a column win, and a null never', () => {
    fc.assert(
      fc.property(revisions, (slices) => {
        const won = winningColumns(mergeSlices(slices));
        for (const column of ['x', 'y', 'z']) {
          const latest = slices
            .filter(([, columns]) => (columns[column] ?? null) !== null)
            .toSorted((a, b) => compareOrders(b[0], a[0]))[0];
          expect(won[column] ?? null).toBe(latest?.[1][column] ?? null);
        }
      }),
      { ...PROPERTY, numRuns: 500 },
    );
  });

  it('keeps no revision that wins nothing, and no null', () => {
    const [older, newer]: [Order, Order] = [
      [1, 1, 'a', 0],
      [1, 2, 'a', 0],
    ];
    const merged = mergeSlices([
      [older, { x: 1, y: 2 }],
      [newer, { x: 3, y: null }],
      [LEGACY_ORDER, { x: 9, y: 9 }],
    ]);
    expect(merged).toEqual([
      [newer, { x: 3 }],
      [older, { y: 2 }],
    ]);
    expect(latestOrder(merged)).toEqual(newer);
    expect(latestOrder([])).toBeNull();
  });
});

describe('a body’s day', () => {
  const days = fc.dictionary(
    fc.constantFrom('bmi', 'fat', 'weight'),
    fc.uniqueArray(order, { minLength: 1, maxLength: 6, selector: JSON.stringify }),
  );
  const latestFirst = (orders: readonly Order[]) => orders.toSorted((a, b) => compareOrders(b, a));

  it('reads back as it was written, and has one text whatever the order of codes', () => {
    fc.assert(
      fc.property(days, (codes) => {
        const day = new Map(
          Object.entries(codes).map(([code, orders]) => [code, latestFirst(orders as Order[])]),
        );
        const text = encodeBodyDay(day);
        expect(decodeBodyDay(text)).toEqual(day);
        expect(encodeBodyDay(new Map([...day].toReversed()))).toBe(text);
      }),
      { ...PROPERTY, numRuns: 200 },
    );
    expect(
      encodeBodyDay(
        new Map([
          ['bmi', [[1, 2, 'b', 0]]],
          [
            'fat',
            [
              [1, 2, 'b', 0],
              [1, 1, 'a', 0],
            ],
          ],
        ]),
      ),
    ).toBe('[[[2,"b"],["bmi","fat"]],[[1,"a"],["fat"]]]');
  });

  it('tells the orders of what an event gave whole, and of nothing else', () => {
    const event: Slice = [[1, 2, 'b', 0], { value: 1 }];
    const earlier: Slice = [[1, 1, 'a', 0], { unit: 'kg' }];
    const lost: Slice = [[1, 1, 'a', 0], {}];
    const ordersOf = (...loose: Slice[]) => measuredOrders({ loose, results: [] });
    expect(ordersOf(event, lost)).toEqual([event[0], lost[0]]);
    expect(ordersOf(event, earlier)).toBeNull();
    expect(ordersOf([LEGACY_ORDER, { value: 1 }])).toBeNull();
    expect(ordersOf()).toBeNull();
  });
});
