import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareOrders } from '../../../cloud/src/fold/order.ts';
import { SAMPLE_RULES_VERSION } from '../../../cloud/src/normalize/intraday.ts';
import type { Order } from '../../../cloud/src/normalize/types.ts';
import { PROPERTY } from '../../../cloud/test/support/properties.ts';
import { filledMirror } from '../../test/support/filled-mirror.ts';
import { rowsOf, temporaryFolder } from '../../test/support/temporary.ts';
import { lineOf } from '../archive/event-line.ts';
import { openArchive } from '../archive/folder.ts';
import { appendToMonth, dropFromMonth, monthFile } from '../archive/months.ts';
import { sampleWriter } from '../mirror/sample-writer.ts';
import { forgetSamples, SAMPLES_SCHEMA } from '../mirror/samples.ts';
import { fillSamples } from './fill.ts';
import { withEntanglement } from './pending.ts';

const OWNER = { server: 'https://amy.example', person: 'user_1' };

type Series = {
  readonly item: string;
  readonly event: number;
  readonly order: Order;
  readonly times: readonly number[];
  readonly isDeletion: boolean;
};

const timeOf = (minute: number) => `2026-03-08T10:0${minute}:00.000Z`;

/**
 * Every time once, by the rule that the documents tell; where values last, none of a series between the first and the last
 * time of one of greater order.
 */
function plainly(all: readonly Series[], lasts: boolean): readonly (readonly [string, number])[] {
  const isShown = (one: Series) =>
    !one.isDeletion &&
    !all.some(
      (other) =>
        other.item === one.item &&
        compareOrders(other.order, one.order) > 0 &&
        (other.isDeletion || other.times.length > 0),
    );
  const shown = new Map<string, Series>();
  for (const one of all.filter(isShown)) {
    for (const minute of one.times) {
      const known = shown.get(timeOf(minute));
      if (known === undefined || compareOrders(known.order, one.order) < 0) shown.set(timeOf(minute), one);
    }
  }
  const covers = (one: Series, time: string) =>
    timeOf(Math.min(...one.times)) <= time && time <= timeOf(Math.max(...one.times));
  const isCovered = (time: string, by: Series) =>
    all.some((one) => isShown(one) && covers(one, time) && compareOrders(one.order, by.order) > 0);
  return [...shown]
    .filter(([time, one]) => !lasts || !isCovered(time, one))
    .map(([time, { event }]): [string, number] => [time, event])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Events of up to two items that overlap, each a revision of one of three; no two items of an event share a time. */
const histories = fc
  .array(
    fc.record({
      rank: fc.constantFrom(0, 1),
      ms: fc.integer({ min: 1, max: 4 }),
      items: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 2 }),
      owners: fc.array(fc.constantFrom(0, 1, 2), { minLength: 6, maxLength: 6 }),
      isDeletion: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((events) =>
    events.map(({ rank, ms, items, owners, isDeletion }, event) =>
      items.map((item, position): Series => {
        const times = [...owners.keys()].filter((minute) => owners[minute] === position);
        const order: Order = [rank, ms, `sha${event}`, position];
        return { item, event, order, times: isDeletion ? [] : times, isDeletion };
      }),
    ),
  );

describe('samples of several revisions', () => {
  it('are those of the latest revision of each series, whatever order they come in', () => {
    const database = new DatabaseSync(':memory:');
    for (const statement of SAMPLES_SCHEMA) database.exec(statement);
    fc.assert(
      fc.property(histories, fc.boolean(), fc.infiniteStream(fc.nat()), (sent, lasts, chance) => {
        // A sleep is never deleted.
        const events = sent.filter((event) => !lasts || event.every(({ isDeletion }) => !isDeletion));
        const shuffled = events
          .map((event) => ({ event, place: chance.next().value }))
          .toSorted((a, b) => a.place - b.place)
          .map(({ event }) => event);
        forgetSamples(database);
        const writer = sampleWriter(database);
        for (const event of shuffled) {
          const about = { source: 'oura', kind: 'activity', lasts, event: event[0]?.event ?? 0 } as const;
          for (const { item, order, isDeletion } of event) {
            if (isDeletion) writer.deleteItem({ ...about, item, order });
          }
          const series = event
            .filter(({ times }) => times.length > 0)
            .map(({ item, order, times }) => {
              const samples = times.map((minute) => ({
                time: timeOf(minute),
                offsetMinutes: 60,
                value: about.event,
              }));
              return { ...about, item, order, metric: 'heart_rate', unit: '/min', samples };
            });
          for (const one of withEntanglement(series)) writer.writeSeries({ ...one, event: about.event });
        }
        const found = database.prepare('select time, event, value from samples order by time').all();
        expect(found.map(({ time, event }) => [time, event])).toEqual(plainly(events.flat(), lasts));
        expect(found.every(({ event, value }) => event === value)).toBe(true);
      }),
      { ...PROPERTY, numRuns: 150 },
    );
    database.close();
  });
});

it('of several samples that wait beneath the one of the greatest order comes back', () => {
  const database = new DatabaseSync(':memory:');
  for (const statement of SAMPLES_SCHEMA) database.exec(statement);
  const writer = sampleWriter(database);
  const at = (item: string, ms: number) => {
    const about = { source: 'oura', kind: 'activity', item, order: [1, ms, '', 0], event: ms } as const;
    const of = { ...about, metric: 'heart_rate', unit: '/min', lasts: false, isEntangled: false } as const;
    const samples = [{ time: timeOf(0), offsetMinutes: 60, value: ms }];
    writer.writeSeries({ ...of, samples });
    return about;
  };
  const shown = () => database.prepare('select value from samples').all();
  at('a', 2);
  at('b', 3);
  at('c', 1);
  const top = at('d', 4);
  writer.deleteItem({ ...top, order: [1, 5, '', 0] });
  expect(shown()).toEqual([{ value: 3 }]);
  // A revision of it that comes late stays away.
  at('d', 4);
  writer.deleteItem({ ...at('b', 3), order: [1, 6, '', 0] });
  expect(shown()).toEqual([{ value: 2 }]);
  expect(database.prepare('select value from samples_beneath').all()).toEqual([{ value: 1 }]);
  database.close();
});

type Sent = {
  readonly kind?: string;
  readonly item: string;
  readonly bpm: Readonly<Record<string, number>>;
  readonly ordered_at?: string;
};

/** A day or a sleep of the ring, received in some minute of March 2026 or of another month. */
function event(id: number, { kind = 'daily', item, bpm, ordered_at }: Sent, month = '03') {
  const hr_samples = Object.entries(bpm).map(([clock, value]) => ({
    timestamp: `2026-03-01T${clock}:00.000000+01:00`,
    bpm: value,
  }));
  const metadata =
    kind === 'daily'
      ? { start_time: `${item}T00:00:00+01:00` }
      : { start_time: '2026-03-01T00:00:00+01:00', end_time: '2026-03-01T08:00:00+01:00', summary_id: item };
  const data = [{ metadata, heart_rate_data: { detailed: { hr_samples } } }];
  const minute = String(id).padStart(2, '0');
  return eventOf(id, kind, data, `2026-${month}-02T09:${minute}:00.000Z`, ordered_at);
}

function eventOf(id: number, type: string, data: unknown, received_at: string, ordered_at?: string) {
  const user = { user_id: 'terra-1', provider: 'OURA', reference_id: 'user_1' };
  const body = Buffer.from(JSON.stringify({ type, user, data }));
  const about = { id, type, provider: 'oura', received_at, ...(ordered_at && { ordered_at }) };
  return JSON.stringify(
    lineOf({ ...about, bytes: body.byteLength, sha256: null, outcome: 'normalized' }, body, null),
  );
}

const SAMPLES = 'select * from samples order by time';

/** What the samples are as a whole row each: `10:00` of 1 March at the ring. */
function row(clock: string, value: number, id: number) {
  const time = new Date(`2026-03-01T${clock}:00+01:00`).toISOString();
  const of = { source: 'oura', metric: 'heart_rate', unit: '/min', utc_offset_minutes: 60 };
  return { ...of, time, value, event: id };
}

async function archived() {
  const folder = temporaryFolder();
  rmSync(folder, { recursive: true });
  openArchive(folder, OWNER);
  const databasePath = filledMirror({}, (database) => {
    database.exec(`update sync_state set server = '${OWNER.server}', person = '${OWNER.person}'`);
  });
  const options = { databasePath, folder, owner: OWNER, onMonth: () => {} };
  return {
    ...{ folder, databasePath },
    fill: (more = {}) => fillSamples({ ...options, ...more }),
    samples: () => rowsOf(databasePath, SAMPLES),
  };
}

describe('filling the samples from an archive', () => {
  it('reads a month once and of one that grew what is new; a revision takes the place of an earlier one whole', async () => {
    const { folder, fill, samples, databasePath } = await archived();
    await appendToMonth(folder, '2026-03', [
      event(1, { item: '2026-03-01', bpm: { '10:00': 60, '10:05': 61, '11:00': 255 } }),
      event(2, { kind: 'sleep', item: 'night', bpm: { '10:05': 50, '10:10': 51 } }),
    ]);
    expect(await fill()).toMatchObject({ months: 1, anew: false, events: 2, disbelieved: 1 });
    expect(samples()).toEqual([row('10:00', 60, 1), row('10:05', 50, 2), row('10:10', 51, 2)]);
    const before = rowsOf(databasePath, 'select * from samples_read');
    expect(await fill()).toMatchObject({ months: 0, anew: false, events: 0, disbelieved: 1 });
    expect(rowsOf(databasePath, 'select * from samples_read')).toEqual(before);

    // The night comes again without 10:05, which the day still has; the day in April, with less and with nothing.
    await appendToMonth(folder, '2026-03', [
      event(3, { kind: 'sleep', item: 'night', bpm: { '10:10': 52 } }),
    ]);
    expect(await fill()).toMatchObject({ months: 1, anew: false, events: 1 });
    expect(samples()).toEqual([row('10:00', 60, 1), row('10:05', 61, 1), row('10:10', 52, 3)]);
    await appendToMonth(folder, '2026-04', [
      event(4, { item: '2026-03-01', bpm: { '10:05': 62 } }, '04'),
      event(5, { item: '2026-03-01', bpm: {} }, '04'),
    ]);
    expect(await fill()).toMatchObject({
      ...{ months: 1, anew: false, events: 2 },
      metrics: [{ metric: 'heart_rate', unit: '/min', samples: 2, sources: ['oura'] }],
    });
    expect(samples()).toEqual([row('10:05', 62, 4), row('10:10', 52, 3)]);
    expect(rowsOf(databasePath, 'select file, rules, events, disbelieved from samples_read')).toEqual([
      { file: monthFile('2026-03'), rules: SAMPLE_RULES_VERSION, events: 3, disbelieved: 1 },
      { file: monthFile('2026-04'), rules: SAMPLE_RULES_VERSION, events: 2, disbelieved: 0 },
    ]);
  });

  it('takes that for the later one which was sent later, also where it was received before', async () => {
    const { folder, fill, samples } = await archived();
    const sent = (id: number, bpm: number, ordered_at: string) =>
      event(id, { item: '2026-03-01', bpm: { '10:00': bpm }, ordered_at });
    await appendToMonth(folder, '2026-03', [
      sent(1, 60, '2026-03-02T09:00:30.000Z'),
      // A retry that was on its way for a while.
      sent(2, 70, '2026-03-02T08:00:00.000Z'),
    ]);
    await fill();
    expect(samples()).toEqual([row('10:00', 60, 1)]);
  });

  it('reads everything anew once the archive has lost an event, a month is another, or the rules are', async () => {
    const { folder, fill, samples, databasePath } = await archived();
    const first = event(1, { item: '2026-03-01', bpm: { '10:00': 60 } });
    await appendToMonth(folder, '2026-03', [first, event(2, { item: '2026-03-01', bpm: { '10:05': 61 } })]);
    await appendToMonth(folder, '2026-04', [
      event(3, { kind: 'sleep', item: 'n', bpm: { '10:10': 50 } }, '04'),
    ]);
    await fill();
    expect(samples()).toEqual([row('10:05', 61, 2), row('10:10', 50, 3)]);
    await dropFromMonth(folder, monthFile('2026-03'), ({ id }) => id === 2);
    expect(await fill()).toMatchObject({ months: 2, anew: true, events: 2 });
    expect(samples()).toEqual([row('10:00', 60, 1), row('10:10', 50, 3)]);
    rmSync(join(folder, monthFile('2026-04')));
    expect(await fill()).toMatchObject({ months: 1, anew: true });
    expect(samples()).toEqual([row('10:00', 60, 1)]);
    // Another archive, which is longer.
    const other = [1, 2, 3].map((id) => event(id, { item: '2026-03-01', bpm: { '10:20': 90 + id } }));
    rmSync(join(folder, monthFile('2026-03')));
    await appendToMonth(folder, '2026-03', other);
    expect(await fill()).toMatchObject({ months: 1, anew: true });
    expect(samples()).toEqual([row('10:20', 93, 3)]);
    const database = new DatabaseSync(databasePath);
    database.exec('update samples_read set rules = 0');
    database.close();
    expect(await fill()).toMatchObject({ months: 1, anew: true });
    expect(samples()).toEqual([row('10:20', 93, 3)]);
  });

  it('has the months before the one in which it ends, and nothing of that one', async () => {
    const { folder, fill, samples, databasePath } = await archived();
    const later = event(2, { item: '2026-03-01', bpm: { '10:00': 70 } }, '04');
    await appendToMonth(folder, '2026-03', [event(1, { item: '2026-03-01', bpm: { '10:00': 60 } })]);
    for (const damaged of ['{}', later.replace('"received_at":"2026', '"received_at":"in 2026')]) {
      await appendToMonth(folder, '2026-04', [later, damaged]);
      await expect(fill()).rejects.toMatchObject({ code: 'archive_damaged' });
      rmSync(join(folder, monthFile('2026-04')));
    }
    expect(samples()).toEqual([row('10:00', 60, 1)]);
    expect(rowsOf(databasePath, 'select file from samples_read')).toEqual([{ file: monthFile('2026-03') }]);
    await appendToMonth(folder, '2026-04', [later]);
    expect(await fill()).toMatchObject({ months: 1, anew: false });
    expect(samples()).toEqual([row('10:00', 70, 2)]);
  });

  it('can be asked as the document says: a day by the clock on the wall, a year of one metric, a night', async () => {
    const { folder, fill, databasePath } = await archived();
    const stages = [
      ['2026-03-07T23:10:00+01:00', 1],
      ['2026-03-07T23:25:00+01:00', 4],
      ['2026-03-08T01:25:00+01:00', 5],
      ['2026-03-08T06:50:00+01:00', 1],
    ];
    const night = (id: number, of: readonly (readonly unknown[])[]) => {
      const metadata = {
        ...{ start_time: '2026-03-07T23:10:00+01:00', end_time: '2026-03-08T06:50:00+01:00' },
        summary_id: `night-${id}`,
      };
      const hypnogram_samples = of.map(([timestamp, level]) => ({ timestamp, level }));
      const data = [{ metadata, sleep_durations_data: { hypnogram_samples } }];
      return eventOf(id, 'sleep', data, `2026-03-08T09:0${id}:00.000Z`);
    };
    await appendToMonth(folder, '2026-03', [
      night(1, [['2026-03-07T23:12:00+01:00', 6], ...stages]),
      night(2, stages),
      event(3, { item: '2026-03-01', bpm: { '10:00': 60, '10:05': 63 } }),
    ]);
    await fill();
    const document = readFileSync(new URL('../../../docs/local-file.md', import.meta.url), 'utf8');
    const section = document.slice(document.indexOf('## Inside a day'), document.indexOf('## What can be'));
    const asked = [...section.matchAll(/```sql\n(.*?)```/gs)].map(([, sql = '']) =>
      rowsOf(databasePath, sql),
    );
    const stage = { metric: 'sleep_stage', unit: '1' };
    expect(asked).toEqual([
      [
        { ...stage, local_time: '2026-03-08 01:25:00', value: 5 },
        { ...stage, local_time: '2026-03-08 06:50:00', value: 1 },
      ],
      [{ day: '2026-03-01', source: 'oura', mean: 61.5, samples: 2 }],
      [
        { stage: 1, minutes: 15 },
        { stage: 4, minutes: 120 },
        { stage: 5, minutes: 325 },
      ],
    ]);
  });

  it('reads what a link led to, bytes that are no text, and passes over what is no JSON', async () => {
    const { folder, fill, samples } = await archived();
    const user = { user_id: 'terra-1', provider: 'OURA', reference_id: 'user_1' };
    const metadata = { start_time: '2026-03-01T00:00:00+01:00' };
    const bodyOf = (bpm: number) => {
      const hr_samples = [{ timestamp: `2026-03-01T10:0${bpm - 60}:00+01:00`, bpm }];
      const data = [{ metadata, heart_rate_data: { detailed: { hr_samples } }, odd: '?' }];
      return Buffer.from(JSON.stringify({ type: 'daily', user, data }));
    };
    const line = (id: number, type: string, body: Buffer, linked: Buffer | null = null) => {
      const about = { id, type, provider: null, received_at: `2026-03-02T09:0${id}:00.000Z` };
      const event = { ...about, bytes: body.byteLength, sha256: null, outcome: 'normalized' } as const;
      return JSON.stringify(lineOf(event, body, linked));
    };
    const link = Buffer.from('{"type":"s3_payload","url":"https://x.amazonaws.com/1","expires_in":300}');
    // A byte that is no UTF-8, inside a text.
    const odd = Buffer.from(bodyOf(62).toString('latin1').replace('?', '\xff'), 'latin1');
    await appendToMonth(folder, '2026-03', [line(1, 's3_payload', link, bodyOf(61))]);
    await fill();
    expect(samples()).toEqual([row('10:01', 61, 1)]);
    await appendToMonth(folder, '2026-03', [
      line(2, 'daily', odd),
      line(3, 'daily', Buffer.from('{"type":"daily"')),
      line(4, 's3_payload', link),
    ]);
    expect(await fill()).toMatchObject({ events: 3, disbelieved: 0 });
    expect(samples()).toEqual([row('10:02', 62, 2)]);
  });

  it('refuses a file of another person or server, and one that was never synced', async () => {
    const { fill, databasePath } = await archived();
    const refusal = (owner: object) =>
      fill({ owner: { ...OWNER, ...owner } }).then(String, ({ code }) => code);
    expect(await refusal({ person: 'user_2' })).toBe('other_person');
    expect(await refusal({ server: 'https://other.example' })).toBe('other_server');
    const database = new DatabaseSync(databasePath);
    database.exec('update sync_state set server = null');
    database.close();
    expect(await refusal({})).toBe('not_synced');
  });
});
