import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROPERTY } from '../../test/support/properties.ts';
import { asLabSessionId } from '../ids.ts';
import { labSessionKey } from '../normalize/lab-session.ts';
import type { Columns, Contribution, Order } from '../normalize/types.ts';
import {
  decodeBiomarkerRow,
  encodeBiomarkerRow,
  type SessionResult,
  shownBiomarker,
} from './biomarker-row.ts';
import { changesBetween } from './changes.ts';
import { rowKey, rowKeyParts } from './keys.ts';
import { copyPersonState, emptyPersonState, foldPerson, type PersonState } from './person.ts';

type Result = readonly [code: string, columns: Columns, drawDate?: string];

const DAY = '2026-03-01';

/** A lab event: its report and the results in it. */
function event(session: string, ms: number, ...results: readonly Result[]): Contribution[] {
  const labSessionId = asLabSessionId(session);
  const order = (index: number): Order => [1, ms, `d${ms}`, index];
  return [
    {
      kind: 'lab_report',
      uploadId: null,
      labSessionId,
      order: order(0),
      outcome: { state: 'parsed' },
    },
    ...results.map(
      ([code, columns, drawDate = DAY], index): Contribution => ({
        kind: 'biomarker',
        source: 'terra_lab',
        drawDate,
        code,
        session: labSessionKey(labSessionId, null, ''),
        order: order(index),
        columns,
      }),
    ),
  ];
}

function folded(...events: readonly Contribution[][]): PersonState {
  const state = emptyPersonState();
  for (const one of events) foldPerson(state, one);
  return state;
}

/** `[draw_date, code, value or text, status]` of every row that stands. */
function shown({ biomarkers }: PersonState): unknown[] {
  return [...biomarkers]
    .flatMap(([key, row]) => {
      const [, date = '', code = ''] = rowKeyParts(key);
      const columns = shownBiomarker(code, row);
      return columns === null ? [] : [[date, code, columns.value ?? columns.value_text, columns.status]];
    })
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

const FASTING: Result = [
  'glucose',
  { value: 92, unit: 'mg/dL', ref_low: 70, ref_high: 99, status: 'optimal' },
];

/** The columns of a row that are known, `canonical` left out. */
function rowOf(state: PersonState, code = 'glucose', date = DAY): unknown {
  const row = state.biomarkers.get(rowKey('terra_lab', date, code));
  const columns = row === undefined ? null : shownBiomarker(code, row);
  if (columns === null) return null;
  return Object.fromEntries(
    Object.entries(columns).filter(([column, value]) => value !== null && column !== 'canonical'),
  );
}

describe('a lab session', () => {
  it('is replaced by its newest event: value, range and status of two results are never mixed', () => {
    const again = event('s', 2, ['glucose', { value: 160, unit: 'mg/dL' }]);
    for (const state of [folded(event('s', 1, FASTING), again), folded(again, event('s', 1, FASTING))]) {
      expect(rowOf(state)).toEqual({ value: 160, unit: 'mg/dL' });
    }
  });

  it('whose number is read anew as a text shows the text', () => {
    const again = event('s', 2, ['glucose', { value_text: 'hemolysed' }]);
    expect(rowOf(folded(event('s', 1, FASTING), again))).toEqual({ value_text: 'hemolysed' });
  });

  it('leaves its old rows when a date or a code is corrected, and what others said stands again', () => {
    const other = event('other', 1, ['glucose', { value: 80 }]);
    const wrong = event('s', 2, ['glucose', { value: 92 }], ['ldl', { value: 100 }], ['crp', { value: 1 }]);
    const right = event('s', 3, ['glucose', { value: 92 }, '2026-02-01'], ['crp', { value: 1 }]);
    const before = folded(other, wrong);
    expect(shown(before)).toEqual([
      [DAY, 'crp', 1, null],
      [DAY, 'glucose', 92, null],
      [DAY, 'ldl', 100, null],
    ]);
    const after = copyPersonState(before);
    foldPerson(after, right);
    expect(shown(after)).toEqual([
      ['2026-02-01', 'glucose', 92, null],
      [DAY, 'crp', 1, null],
      [DAY, 'glucose', 80, null],
    ]);
    const changes = changesBetween(before, after);
    expect(changes.deletions).toEqual([{ table: 'biomarkers_raw', key: ['terra_lab', DAY, 'ldl'] }]);
    expect(changes.labSessions).toEqual([
      {
        session: 'session:s',
        known: {
          newest: [1, 3, 'd3', 0],
          keys: [rowKey('terra_lab', '2026-02-01', 'glucose'), rowKey('terra_lab', DAY, 'crp')],
        },
      },
    ]);
  });

  it('that has no results any more takes all of its rows, whichever event comes first', () => {
    const none = event('s', 2);
    expect(shown(folded(event('s', 1, FASTING), none))).toEqual([]);
    expect(shown(folded(none, event('s', 1, FASTING)))).toEqual([]);
  });

  it('that failed keeps what was read of it', () => {
    const failure: Contribution = {
      kind: 'lab_report',
      uploadId: null,
      labSessionId: asLabSessionId('s'),
      order: [1, 9, 'f', 0],
      outcome: { state: 'failed', code: 'internal' },
    };
    expect(shown(folded(event('s', 1, FASTING), [failure]))).toHaveLength(1);
  });
});

describe('two sessions at one key', () => {
  it('show a number before a text, a text before nothing, then the later', () => {
    const number = (ms: number) => event(`n${ms}`, ms, ['glucose', { value: ms }]);
    const text = event('t', 5, ['glucose', { value_text: 'hemolysed' }]);
    const nothing = event('e', 6, ['glucose', { unit: 'mg/dL', status: 'optimal' }]);
    expect(rowOf(folded(nothing, text))).toEqual({ value_text: 'hemolysed' });
    expect(rowOf(folded(number(1), nothing, text))).toEqual({ value: 1 });
    expect(rowOf(folded(number(2), number(1)))).toEqual({ value: 2 });
  });
});

describe('a measurement of a body', () => {
  const weight = (ms: number, columns: Columns): Contribution => ({
    kind: 'biomarker',
    source: 'oura_body',
    drawDate: DAY,
    code: 'weight',
    order: [1, ms, 'd', 0],
    columns,
  });
  const first = weight(1, { value: 70, unit: 'kg', raw: '[1]', measured_at: '2026-03-01T07:00:00.000Z' });
  const second = weight(2, { value: 71, unit: 'kg' });

  it('moves as one: of the later one nothing is filled from the earlier', () => {
    for (const state of [folded([first], [second]), folded([second], [first]), folded([second, first])]) {
      const row = state.biomarkers.get(rowKey('oura_body', DAY, 'weight'));
      const lost = [[1, 1, 'd', 0], {}];
      expect(row).toEqual({ loose: [[[1, 2, 'd', 0], { value: 71, unit: 'kg' }], lost], results: [] });
    }
  });
});

describe('a row as an earlier version stored it', () => {
  const cells = JSON.stringify([
    [[1, 20, 'd20', 3], { value: 92, raw: null }],
    [[1, 10, 'd10', 0], { status: 'optimal' }],
  ]);
  const stored = (): PersonState => {
    const state = emptyPersonState();
    const row = decodeBiomarkerRow(cells, { value: 92, status: 'optimal', raw: '{"a":1}' });
    state.biomarkers.set(rowKey('terra_lab', DAY, 'glucose'), row);
    return state;
  };

  it('is read as it stands, and written as it was', () => {
    expect(rowOf(stored())).toEqual({ value: 92, status: 'optimal', raw: '{"a":1}' });
    for (const row of stored().biomarkers.values()) expect(encodeBiomarkerRow(row)).toBe(cells);
  });

  it('keeps its orders in its own cells where it is all that is left of a row', () => {
    const row = (results: SessionResult[]) => ({
      loose: [[[1, 20, 'd20', 3], { value: 92 }]] as const,
      results,
    });
    const [before, after] = [emptyPersonState(), emptyPersonState()];
    const key = rowKey('terra_lab', DAY, 'glucose');
    before.biomarkers.set(key, row([{ session: 's', order: [1, 30, 'd30', 0], columns: { value: 95 } }]));
    after.biomarkers.set(key, row([]));
    const { rows, biomarkerDays } = changesBetween(before, after);
    expect(rows.map(({ cells }) => cells)).toEqual(['[[[1,20,"d20",3],{"value":92}]]']);
    expect(biomarkerDays).toEqual([{ source: 'terra_lab', drawDate: DAY, cells: null, hasRows: true }]);
  });

  it('goes when its newest event is read anew or a later one comes; an older one leaves it', () => {
    const newer = event('s', 30, ['glucose', { value_text: 'hemolysed' }]);
    const same = event('s', 20, ['glucose', { value: 93 }]);
    const older = event('s', 10, ['glucose', { value: 94 }]);
    const rowAfter = (...events: readonly Contribution[][]) => {
      const state = stored();
      for (const one of events) foldPerson(state, one);
      return rowOf(state);
    };
    expect(rowAfter(newer)).toEqual({ value_text: 'hemolysed' });
    expect(rowAfter(same)).toEqual({ value: 93 });
    expect(rowAfter(older)).toMatchObject({ value: 92 });
    expect(rowAfter(older, same)).toEqual({ value: 93 });
    expect(rowAfter(same, older)).toEqual({ value: 93 });
  });

  it('of an event that its session has replaced goes as well, in any order', () => {
    const replaced = event('s', 20, ['glucose', { value: 92 }]);
    const newest = event('s', 30, ['crp', { value: 1 }]);
    for (const events of [
      [replaced, newest],
      [newest, replaced],
    ]) {
      const state = stored();
      for (const one of events) foldPerson(state, one);
      expect(shown(state)).toEqual([[DAY, 'crp', 1, null]]);
    }
  });

  it('without cells loses to any event', () => {
    const state = emptyPersonState();
    const row = decodeBiomarkerRow(null, { value: 92, status: 'optimal' });
    state.biomarkers.set(rowKey('terra_lab', DAY, 'glucose'), row);
    foldPerson(state, event('s', 1, ['glucose', { value_text: 'hemolysed' }]));
    expect(rowOf(state)).toEqual({ value_text: 'hemolysed' });
  });
});

describe('a row of several sessions', () => {
  it('is read back as it was written, the shown raw from its own column', () => {
    const state = folded(
      event('a', 1, ['glucose', { value: 1, raw: '{"a":1}' }]),
      event('b', 2, ['glucose', { value: 2, raw: '{"b":2}' }]),
    );
    for (const row of state.biomarkers.values()) {
      const text = encodeBiomarkerRow(row);
      expect(text).not.toContain('"b\\":2');
      expect(decodeBiomarkerRow(text, shownBiomarker('glucose', row) ?? {})).toEqual(row);
    }
  });
});

describe('any lab events', () => {
  const result: fc.Arbitrary<Result> = fc.tuple(
    fc.constantFrom('glucose', 'ldl'),
    fc.constantFrom<Columns>(
      { value: 1 },
      { value: 2, status: 'optimal' },
      { value_text: 'no' },
      { unit: 'x' },
    ),
    fc.constantFrom(DAY, '2026-02-01'),
  );
  const told = fc.uniqueArray(
    fc.tuple(
      fc.constantFrom('s', 't'),
      fc.integer({ min: 1, max: 9 }),
      fc.uniqueArray(result, { maxLength: 3, selector: ([code, , date]) => `${code} ${date}` }),
    ),
    { selector: ([, ms]) => ms, maxLength: 6 },
  );

  it('give the same in any order, in any grouping, and twice is once', () => {
    fc.assert(
      fc.property(told, fc.nat(), (list, cut) => {
        const events = list.map(([session, ms, results]) => event(session, ms, ...results));
        const whole = folded(...events);
        const at = events.length === 0 ? 0 : cut % events.length;
        const grouped = folded(events.slice(at).flat(), events.slice(0, at).flat(), events.flat());
        expect(shown(folded(...events.toReversed()))).toEqual(shown(whole));
        expect(shown(grouped)).toEqual(shown(whole));
        expect(new Map([...grouped.labSessions].toSorted())).toEqual(
          new Map([...whole.labSessions].toSorted()),
        );
      }),
      { ...PROPERTY, numRuns: 300 },
    );
  });
});
