import { describe, expect, it } from 'vitest';
import { NIGHT_RAWS_KEPT } from '../limits.ts';
import type { Columns, SleepContribution } from '../normalize/types.ts';
import { changesBetween } from './changes.ts';
import { decodeDailyRow, encodeDailyRow } from './daily-row.ts';
import { decodeItemRow } from './item-row.ts';
import { rowKey } from './keys.ts';
import { emptyPersonState, foldPerson, type PersonState } from './person.ts';

type Told = {
  readonly id: string;
  readonly start: string;
  readonly end: string;
  readonly ms?: number;
  readonly tentative?: boolean;
  readonly nap?: boolean;
  /** Seconds; null is a stay in bed. */
  readonly asleep?: number | null;
  readonly more?: Columns;
};

/** A session of the night of 1 March; times as `D HH:MM` of that month, wall clocks with a `w` before them. */
function session({ id, start, end, ms = 1, tentative, nap, asleep = 3_600, more }: Told): SleepContribution {
  return {
    kind: 'sleep',
    source: 'oura',
    item: id,
    startTime: time(start),
    order: [tentative === true ? 0 : 1, ms, `d-${id}`, 0],
    columns: {
      wake_date: time(end).slice(0, 10),
      end_time: time(end),
      raw: `raw of ${id}`,
      is_nap: nap === true ? 1 : 0,
      ...(asleep === null ? {} : { asleep_seconds: asleep }),
      ...more,
    },
  };
}

function time(text: string): string {
  const [, wall, day, clock] = /^(w?)(\d) (\d\d:\d\d)$/.exec(text) ?? [];
  return `2026-03-0${day}T${clock}:00${wall === 'w' ? '' : '.000Z'}`;
}

function folded(...told: readonly SleepContribution[]): PersonState {
  const state = emptyPersonState();
  for (const one of told) foldPerson(state, [one]);
  return state;
}

/** The ids of the sessions that have a row, and the days. */
function shown(state: PersonState): { ids: string[]; days: Record<string, Columns> } {
  const { rows } = changesBetween(emptyPersonState(), state);
  const ids = rows
    .filter(({ table }) => table === 'sleep_sessions')
    .map(({ columns }) => String(columns.raw).replace('raw of ', ''));
  const days = rows.filter(({ table }) => table === 'daily_summary');
  return {
    ids: ids.toSorted(),
    days: Object.fromEntries(days.map(({ key, columns }) => [String(key[1]), known(columns)])),
  };
}

function known(columns: Columns): Columns {
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== null));
}

const NIGHT = { start: '1 22:00', end: '2 06:00' };

describe('records of one source', () => {
  it.each([
    ['more than half of the shorter', '2 01:59', ['b']],
    ['half of the shorter', '2 02:00', ['a', 'b']],
    ['nothing', '2 06:00', ['a', 'b']],
  ])('that share %s', (_share, start, ids) => {
    // Eight hours from the start of the second; the first ends at 06:00.
    const hours = { '2 01:59': '2 09:59', '2 02:00': '2 10:00', '2 06:00': '2 14:00' }[start] ?? '';
    const state = folded(session({ id: 'a', ...NIGHT }), session({ id: 'b', start, end: hours, ms: 2 }));
    expect(shown(state).ids).toEqual(ids);
  });

  it('are joined through others that overlap both', () => {
    const state = folded(
      session({ id: 'early', start: '1 20:00', end: '1 23:00' }),
      session({ id: 'late', start: '2 00:00', end: '2 03:00', ms: 3 }),
      session({ id: 'whole', start: '1 21:00', end: '2 03:00', ms: 2 }),
    );
    expect(shown(state).ids).toEqual(['late']);
    expect(Object.keys(shown(state).days)).toEqual(['2026-03-02']);
  });

  it('are joined by the last of three that lies in both others', () => {
    const state = folded(
      session({ id: 'a', start: '1 20:00', end: '1 21:00' }),
      session({ id: 'b', start: '1 20:30', end: '1 21:30', ms: 9 }),
      session({ id: 'c', start: '1 20:35', end: '1 20:55', ms: 2 }),
    );
    expect(shown(state).ids).toEqual(['b']);
  });

  it('are one sleep only where their times can be compared', () => {
    const wall = { start: 'w1 22:00', end: 'w2 06:00' };
    const mixed = { start: '1 22:00', end: 'w2 06:00' };
    const ids = (...told: Told[]) => shown(folded(...told.map(session))).ids;
    expect(ids({ id: 'a', ...NIGHT }, { id: 'b', ...wall })).toEqual(['a', 'b']);
    expect(ids({ id: 'a', ...wall }, { id: 'b', ...wall, ms: 2 })).toEqual(['b']);
    expect(ids({ id: 'a', start: '1 22:01', end: '2 06:00' }, { id: 'b', ...mixed, ms: 2 })).toEqual([
      'a',
      'b',
    ]);
  });

  it('are told apart by source, and naps from nights', () => {
    const other = { ...session({ id: 'b', ...NIGHT, ms: 2 }), source: 'garmin' };
    expect(shown(folded(session({ id: 'a', ...NIGHT }), other)).ids).toEqual(['a', 'b']);
    const nap = session({ id: 'c', start: '1 22:30', end: '2 05:00', ms: 3, nap: true });
    expect(shown(folded(session({ id: 'a', ...NIGHT }), nap)).ids).toEqual(['a', 'c']);
  });
});

describe('of the records of one sleep', () => {
  const confirmed = session({ id: 'confirmed', ...NIGHT, ms: 1 });
  const tentative = session({ id: 'tentative', ...NIGHT, ms: 9, tentative: true });
  const later = session({ id: 'later', start: '1 22:10', end: '2 06:10', ms: 2, asleep: 60 });
  const inBed = session({ id: 'in-bed', start: '1 21:00', end: '2 07:00', ms: 9, asleep: null });
  const sleepless = session({ id: 'sleepless', ...NIGHT, ms: 9, asleep: 0 });
  const zero = session({ id: 'zero', ...NIGHT, ms: 9, asleep: 0, more: { deep_seconds: 0 } });

  it.each([
    ['a confirmed one', [confirmed, tentative], 'confirmed'],
    ['of two confirmed ones the later, though it be shorter', [confirmed, later, tentative], 'later'],
    ['a measured one before a later stay in bed', [later, inBed], 'later'],
    ['a tentative one that was measured before a confirmed stay in bed', [tentative, inBed], 'tentative'],
    ['a measured one before zeros', [tentative, zero], 'tentative'],
    ['a measured one before a time asleep of 0', [tentative, sleepless], 'tentative'],
    ['a stay in bed where nothing was measured', [inBed], 'in-bed'],
  ])('%s is shown, in any order', (_which, told, id) => {
    expect(shown(folded(...told)).ids).toEqual([id]);
    expect(shown(folded(...told.toReversed())).ids).toEqual([id]);
    expect(shown(folded(...told))).toEqual(shown(folded(...told.toReversed())));
  });

  it('the hidden one comes back when the shown one moves away', () => {
    const moved = session({ id: 'later', start: '2 22:00', end: '3 06:00', ms: 3, asleep: 60 });
    const state = folded(confirmed, later, moved);
    expect(shown(state)).toEqual({
      ids: ['confirmed', 'later'],
      days: {
        '2026-03-02': {
          sleep_minutes: 60,
          bed_time: '2026-03-01T22:00:00.000Z',
          wake_up_time: '2026-03-02T06:00:00.000Z',
        },
        '2026-03-03': {
          sleep_minutes: 1,
          bed_time: '2026-03-02T22:00:00.000Z',
          wake_up_time: '2026-03-03T06:00:00.000Z',
        },
      },
    });
    expect(shown(folded(later, moved, confirmed))).toEqual(shown(state));
  });

  it('the hidden one enters the day where it started with the one that moves away', () => {
    const twin = session({ id: 'twin', ...NIGHT, ms: 2, asleep: 60 });
    const moved = session({ id: 'twin', start: '2 22:00', end: '3 06:00', ms: 3, asleep: 60 });
    expect(shown(folded(confirmed, twin, moved)).days).toMatchObject({
      '2026-03-02': { sleep_minutes: 60 },
      '2026-03-03': { sleep_minutes: 1 },
    });
  });

  it('one that ends on an earlier date leaves that date, and its row a tombstone', () => {
    const evening = folded(session({ id: 'evening', start: '1 21:00', end: '1 23:00' }));
    const after = folded(session({ id: 'evening', start: '1 21:00', end: '1 23:00' }));
    foldPerson(after, [session({ id: 'night', start: '1 21:00', end: '2 06:00', ms: 2 })]);
    foldPerson(after, [session({ id: 'more', start: '1 21:30', end: '2 06:00', ms: 3 })]);
    const { deletions, homes } = changesBetween(evening, after);
    expect(deletions).toEqual([
      { table: 'daily_summary', key: ['oura', '2026-03-01'] },
      { table: 'sleep_sessions', key: ['oura', '2026-03-01T21:00:00.000Z'] },
    ]);
    expect(homes.map(({ item, home }) => [item, home.startTime, home.wakeDate])).toEqual([
      ['evening', '2026-03-01T21:30:00.000Z', '2026-03-01'],
      ['night', '2026-03-01T21:30:00.000Z', '2026-03-02'],
      ['more', '2026-03-01T21:30:00.000Z', '2026-03-02'],
    ]);
  });

  it('only the best keep their item as delivered', () => {
    const told = Array.from({ length: NIGHT_RAWS_KEPT + 2 }, (_, i) =>
      session({ id: `n${i}`, ...NIGHT, ms: i, more: { raw: `<${i}>` } }),
    );
    const { rows } = changesBetween(emptyPersonState(), folded(...told));
    const cells = rows.find(({ table }) => table === 'sleep_sessions')?.cells ?? '';
    expect(cells.match(/"<\d+>"/g)).toEqual(['"<2>"', '"<3>"', '"<4>"', '"<5>"', '"<6>"', '"<7>"', '"<8>"']);
  });

  it('a nap of unknown length is remembered in no day, as it may have no row', () => {
    const nap = session({ id: 'nap', start: '2 13:00', end: '2 14:00', nap: true, asleep: null });
    const days = [...folded(nap).daily.values()];
    expect(days.flatMap(({ sessions }) => [...sessions.keys()])).toEqual([]);
    const told = session({ id: 'nap', start: '2 13:00', end: '2 14:00', nap: true, ms: 2, asleep: 600 });
    expect(shown(folded(nap, told)).days).toEqual({ '2026-03-02': { nap_minutes: 10 } });
  });

  it('none is lost where a nap starts with them', () => {
    const nap = session({ id: 'nap', start: '1 22:00', end: '1 23:00', ms: 5, nap: true, asleep: 1_800 });
    const state = folded(confirmed, tentative, nap);
    expect(shown(state).ids).toEqual(['nap']);
    expect(shown(state).days).toMatchObject({
      '2026-03-01': { nap_minutes: 30 },
      '2026-03-02': { sleep_minutes: 60 },
    });
    const earlierNap = session({ id: 'nap', start: '1 21:59', end: '1 23:00', ms: 6, nap: true });
    foldPerson(state, [earlierNap]);
    expect(shown(state).ids).toEqual(['confirmed', 'nap']);
  });
});

describe('cells of the version before', () => {
  const slice = (id: string, ms: number, end: string) => [
    id,
    [
      [
        [1, ms, `d-${id}`, 0],
        {
          start_time: time('1 22:00'),
          end_time: time(end),
          wake_date: '2026-03-02',
          is_nap: 0,
          asleep_seconds: ms,
          raw: ms === 2 ? null : `raw of ${id}`,
        },
      ],
    ],
  ];

  it('are read, and joined when a record of the night comes', () => {
    const row = decodeItemRow(JSON.stringify([slice('a', 1, '2 06:00'), slice('b', 2, '2 06:30')]), {
      end_time: time('2 06:30'),
      raw: 'raw of b',
    });
    const facts = (asleep: number) => ({
      start_time: time('1 22:00'),
      end_time: time('2 06:00'),
      asleep_seconds: asleep,
    });
    const day = decodeDailyRow(
      JSON.stringify({
        daily: [],
        sleep: [
          ['a', facts(1)],
          ['b', facts(2)],
        ],
      }),
      null,
    );
    const state = emptyPersonState();
    state.sleep.rows.set(rowKey('oura', time('1 22:00')), row);
    state.daily.set(rowKey('oura', '2026-03-02'), day);
    foldPerson(state, [session({ id: 'c', start: '1 22:30', end: '2 06:00', ms: 3, asleep: 7_200 })]);
    expect(shown(state)).toEqual({
      ids: ['c'],
      days: {
        '2026-03-02': {
          sleep_minutes: 120,
          bed_time: '2026-03-01T22:30:00.000Z',
          wake_up_time: '2026-03-02T06:00:00.000Z',
        },
      },
    });
    expect(decodeDailyRow(encodeDailyRow(day), null)).toEqual(day);
  });
});
