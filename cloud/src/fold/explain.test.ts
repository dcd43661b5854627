import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROPERTY } from '../../test/support/properties.ts';
import { asLabSessionId } from '../ids.ts';
import { labSessionKey } from '../normalize/lab-session.ts';
import type { Columns, Contribution, Order } from '../normalize/types.ts';
import { changesBetween, type RowChange } from './changes.ts';
import { explainBiomarker } from './explain-biomarker.ts';
import { explainDaily } from './explain-daily.ts';
import { explainActivity, explainSession } from './explain-item.ts';
import { type ExplainedColumn, orderKey, type Revisions } from './explanation.ts';
import { EMPTY_ITEM_ROW } from './item-row.ts';
import { rowKey } from './keys.ts';
import { emptyPersonState, foldPerson, type PersonState } from './person.ts';

const DAY = '2026-03-02';
const seconds = fc.option(fc.constantFrom(0, 1_800, 3_600, 7_200), { nil: null });
const vital = fc.option(fc.integer({ min: 40, max: 43 }), { nil: null });

/** What is said, an order apart. */
const said = fc.oneof(
  fc.record({ kind: fc.constant('daily' as const), steps: vital, hrv: vital, resting: vital }),
  fc.record({
    kind: fc.constant('sleep' as const),
    item: fc.constantFrom('a', 'b', 'c'),
    startHour: fc.constantFrom('21', '22', '23'),
    endHour: fc.constantFrom('03', '05', '14'),
    isNap: fc.constantFrom(0, 0, 1),
    isTentative: fc.boolean(),
    asleep: seconds,
    deep: seconds,
    rem: seconds,
    light: seconds,
    awake: seconds,
    hrv: vital,
  }),
  fc.record({
    kind: fc.constant('activity' as const),
    item: fc.constantFrom('a', 'b'),
    duration: seconds,
    steps: vital,
    isDeleted: fc.constantFrom(false, false, false, true),
  }),
  fc.record({ kind: fc.constant('body' as const), value: fc.integer({ min: 70, max: 73 }) }),
  fc.record({ kind: fc.constant('lab' as const), session: fc.constantFrom('a', 'b'), value: vital }),
);

type Said = typeof said extends fc.Arbitrary<infer One> ? One : never;

function known(columns: Columns): Columns {
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== null));
}

function contributions(one: Said, ms: number): Contribution[] {
  const order: Order = [1, ms, `d${ms}`, 0];
  const method = (hrv: number | null) => (hrv === null ? null : hrv % 2 === 0 ? 'rmssd' : 'sdnn');
  switch (one.kind) {
    case 'daily': {
      const { steps, hrv, resting } = one;
      const columns = {
        steps,
        heart_rate_variability: hrv,
        hrv_method: method(hrv),
        resting_heart_rate: resting,
        utc_offset_minutes: steps,
      };
      return [{ kind: 'daily', source: 'oura', date: DAY, order, columns: known(columns) }];
    }
    case 'sleep': {
      const columns = known({
        wake_date: DAY,
        end_time: `${DAY}T${one.endHour}:00:00.000Z`,
        raw: `raw ${ms}`,
        is_nap: one.isNap,
        asleep_seconds: one.asleep,
        deep_seconds: one.deep,
        rem_seconds: one.rem,
        light_seconds: one.light,
        awake_seconds: one.awake,
        heart_rate_variability: one.hrv,
        hrv_method: method(one.hrv),
      });
      const startTime = `2026-03-01T${one.startHour}:00:00.000Z`;
      const ranked: Order = [one.isTentative ? 0 : 1, ms, `d${ms}`, 0];
      return [{ kind: 'sleep', source: 'oura', item: one.item, startTime, order: ranked, columns }];
    }
    case 'activity': {
      const { item, isDeleted: deleted, duration, steps } = one;
      const columns = deleted ? {} : known({ duration, steps, raw: `raw ${ms}` });
      return [
        {
          kind: 'activity',
          source: 'oura',
          item,
          startTime: `${DAY}T09:00:00.000Z`,
          order,
          deleted,
          columns,
        },
      ];
    }
    case 'body':
      return [
        {
          kind: 'biomarker',
          source: 'oura_body',
          drawDate: DAY,
          code: 'weight',
          order,
          columns: { value: one.value, unit: 'kg' },
        },
      ];
    case 'lab': {
      const labSessionId = asLabSessionId(one.session);
      const columns = known({ value: one.value, unit: 'mg/dL', status: 'optimal' });
      const session = labSessionKey(labSessionId, null, '');
      return [
        { kind: 'lab_report', uploadId: null, labSessionId, order, outcome: { state: 'parsed' } },
        { kind: 'biomarker', source: 'terra_lab', drawDate: DAY, code: 'glucose', session, order, columns },
      ];
    }
  }
}

/** What the events said in full, as their bodies would tell it. */
function revisionsOf(all: readonly Contribution[]): Revisions {
  const entries = all.flatMap((one): [string, Columns][] => {
    if (one.kind === 'sleep' || one.kind === 'activity') {
      return [[orderKey(one.order), { ...one.columns, start_time: one.startTime }]];
    }
    return one.kind === 'daily' || one.kind === 'biomarker' ? [[orderKey(one.order), one.columns]] : [];
  });
  return new Map(entries);
}

function explained(state: PersonState, { table, key }: RowChange, revisions: Revisions) {
  const mapKey = rowKey(...key);
  const nights = state.sleep.rows;
  switch (table) {
    case 'daily_summary': {
      const day = state.daily.get(mapKey);
      return day === undefined ? [] : explainDaily('oura', day, [...nights.values()], revisions);
    }
    case 'sleep_sessions':
      return explainSession('oura', nights.get(mapKey) ?? EMPTY_ITEM_ROW, revisions);
    case 'activities':
      return explainActivity(state.activities.rows.get(mapKey) ?? EMPTY_ITEM_ROW, revisions);
    case 'biomarkers_raw': {
      const row = state.biomarkers.get(mapKey);
      return row === undefined ? [] : explainBiomarker(String(key[2]), row, revisions, []);
    }
  }
}

const originsOf = ({ stored }: ExplainedColumn) => stored?.origins ?? [];

describe('what is explained', () => {
  it('is what is stored, and each value names what events said of it', () => {
    fc.assert(
      fc.property(fc.array(said, { maxLength: 14 }), fc.boolean(), (history, isReversed) => {
        const all = history.map((one, ms) => contributions(one, ms));
        const state = emptyPersonState();
        for (const one of isReversed ? all.toReversed() : all) foldPerson(state, one);
        const revisions = revisionsOf(all.flat());
        for (const row of changesBetween(emptyPersonState(), state).rows) {
          const columns = explained(state, row, revisions);
          const values = columns.map(({ column, stored }) => [column, stored?.value ?? null]);
          expect(Object.fromEntries(values)).toEqual(row.columns);
          for (const one of columns.filter(({ stored }) => stored !== null)) {
            expect(originsOf(one).length, `${row.table} ${one.column}`).toBeGreaterThan(0);
            for (const { order, columns: names } of originsOf(one)) {
              const revision = revisions.get(orderKey(order ?? [-1, 0, '', 0])) ?? {};
              expect(names.filter((name) => (revision[name] ?? null) === null)).toEqual([]);
            }
          }
        }
      }),
      { ...PROPERTY, numRuns: 400 },
    );
  });

  it('names everything that an event said of a day and that is not shown', () => {
    const day = (ms: number, steps: number) =>
      contributions({ kind: 'daily', steps, hrv: null, resting: null }, ms);
    const all = [day(1, 41), day(2, 42), day(3, 43)].flat();
    const state = emptyPersonState();
    foldPerson(state, all);
    const row = state.daily.get(rowKey('oura', DAY));
    const columns = row === undefined ? [] : explainDaily('oura', row, [], revisionsOf(all));
    const steps = columns.find(({ column }) => column === 'steps');
    expect(steps?.stored?.value).toBe(43);
    expect(steps?.others.map(({ value, why }) => [value, why])).toEqual([
      [42, 'a later event tells it anew'],
      [41, 'a later event tells it anew'],
    ]);
  });
});
