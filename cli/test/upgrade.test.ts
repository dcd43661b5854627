import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { inspectMirrorFile } from '../src/mirror/file.ts';
import { currentLayout, readLayout } from '../src/mirror/layout.ts';
import { APPLICATION_ID, formNumberOf, prepareSchema, SCHEMA_VERSION } from '../src/mirror/schema.ts';
import { type Form, formOfToday, isSameForm, readForms } from './support/layout-forms.ts';
import { daily, pageReply, T1, T2 } from './support/pages.ts';
import { mirrorPath, steps, sync } from './support/synced.ts';
import { inFile, rowsOf } from './support/temporary.ts';

const FORMS = readForms();
const FIRST_DAY = daily('oura', '2026-02-27', { steps: 1, strain: 9 });
const NEXT_DAY = daily('oura', '2026-02-28', { steps: 2, updated_at: T2 });

/** What somebody added: of each kind something, and what SQLite refuses to do to tables that others refer to. */
const OWN = `
create table notes (day text, note text, length integer as (length(note)));
insert into notes (day, note) values ('2026-02-27', 'ill');
create table of_state (state integer references sync_state(id));
insert into of_state values (1);
create index notes_by_day on notes(day);
create index days_by_steps on daily_summary(steps);
create view ill_days as select s.datetime, s.steps from summary s join notes n on n.day = s.datetime;
create view of_nothing as select * from nowhere;
create trigger notes_shortened after insert on notes begin update notes set note = substr(note, 1, 3); end;
create trigger summary_written instead of update on summary begin select 1; end`;

const OWN_NAMES = [
  'notes',
  'of_state',
  'notes_by_day',
  'days_by_steps',
  'ill_days',
  'of_nothing',
  'notes_shortened',
  'summary_written',
];

/** Somebody's own tables and views that have names of what amy's files hold only since later. */
const NAMES_OF_TODAY = [
  'samples',
  'population',
  'data_dictionary',
  'metric_source_order',
  'coverage',
  'activities_merged',
  'source_changes',
  'sleep_local',
];

const OF_NAMES_OF_TODAY = `
${NAMES_OF_TODAY.slice(0, 4)
  .map(
    (name) =>
      `create table ${name} (mine text unique, source text); insert into ${name} (mine) values ('${name}');`,
  )
  .join('\n')}
create view coverage as select 'coverage' as mine;
create view "activities_merged"(mine) as select 'activities_merged';
create view [source_changes] as select 'source_changes' as mine;
create view main.sleep_local as select 'sleep_local' as mine;
create index device_months on samples(mine)`;

/** A file as an amy of then left it after a sync to T1, with an order of sources and with what somebody added. */
function fileOf({ version, tables, views }: Form, own = OWN): string {
  const path = mirrorPath();
  mkdirSync(dirname(path), { recursive: true });
  inFile(path, (database) => {
    database.exec('begin');
    for (const table of tables) database.exec(table);
    for (const view of views) database.exec(`create view ${view} as select 1 as one`);
    database.exec(`pragma application_id = ${APPLICATION_ID}`);
    const state = `insert into sync_state (id, schema_version, person, since, last_sync_at) values (1, ?, 'user_1', ?, ?)`;
    database.prepare(state).run(version, T1, T1);
    database.exec("insert into source_order (source, rank) values ('zepp', 1), ('oura', 2)");
    const { source, datetime, steps, updated_at } = FIRST_DAY;
    database
      .prepare(
        'insert into daily_summary (source, datetime, steps, strain, updated_at) values (?, ?, ?, 9, ?)',
      )
      .run(source ?? null, datetime ?? null, steps ?? null, updated_at ?? null);
    if (readLayout(database).has('data_dictionary')) fillDictionaryOf(database);
    database.exec(own);
    database.exec('commit');
  });
  return path;
}

/** As every amy does: each table and view is named. */
function fillDictionaryOf(database: DatabaseSync): void {
  const name = database.prepare(
    "insert into data_dictionary values (?, 'a column', 'of then', null, 'amy', 'then')",
  );
  for (const one of readLayout(database).values()) if (one.type !== 'index') name.run(one.name);
}

/** Tables, views and indexes of a file, but not these. */
function layoutWithout(path: string, names: readonly string[]): ReadonlyMap<string, string> {
  const layout = inFile(path, readLayout);
  return new Map(
    [...layout.values()].filter(({ name }) => !names.includes(name)).map(({ name, sql }) => [name, sql]),
  );
}

function today(): ReadonlyMap<string, string> {
  return new Map([...currentLayout().values()].map(({ name, sql }) => [name, sql]));
}

/** Of the tables whose rows are part of the layout, as one text: there are thousands. */
function madeRows(path: string): string {
  const rows = [
    ...rowsOf(path, 'select * from data_dictionary'),
    ...rowsOf(path, 'select * from population order by 1, 2, 3, 4, 5, 8'),
  ];
  return JSON.stringify(rows);
}

describe('a file of another layout', () => {
  it('is kept as a form for the tests of every later amy: `npm run layouts` keeps today’s', () => {
    expect(FORMS.filter((form) => isSameForm(form, formOfToday()))).toHaveLength(1);
    // An older amy knows by the number that it may not touch a file: raise FORM_NUMBER by one with every form.
    expect(formNumberOf(SCHEMA_VERSION)).toBe(FORMS.length);
  });

  it('is compared with the layout as SQLite keeps it', () => {
    const database = new DatabaseSync(':memory:');
    prepareSchema(database);
    expect([...readLayout(database).values()]).toEqual([...currentLayout().values()]);
    database.close();
  });

  it.each(FORMS.slice(1))('keeps its rows, and asks for what changed alone: $version', async (form) => {
    const path = fileOf(form);
    const { asked, progress, report } = await sync(path, [pageReply(T2, { daily_summary: [NEXT_DAY] })]);
    expect(asked[0]?.query).toEqual({ limit: '5000', since: T1 });
    expect(progress[0]).toEqual({ step: 'upgraded' });
    expect(report.mode).toBe('changes');
    isOfToday(path);
  });

  it('keeps the order of sources where that had another form', async () => {
    const [, form = formOfToday()] = FORMS;
    const more = (text: string) => text.replace('TABLE source_order (', 'TABLE source_order (note text,');
    const path = fileOf({ ...form, tables: form.tables.map(more) });
    await sync(path, [pageReply(T2, { daily_summary: [NEXT_DAY] })]);
    isOfToday(path);
  });

  it('is fetched anew where the server’s tables had another form', async () => {
    const [form] = FORMS;
    if (form === undefined) throw new Error('there is no form');
    const path = fileOf(form);
    const { asked, progress } = await sync(path, [pageReply(T2, { daily_summary: [FIRST_DAY, NEXT_DAY] })]);
    expect(asked[0]?.query).toEqual({ limit: '5000', total: 'true' });
    expect(progress[0]).toEqual({ step: 'rebuilt' });
    isOfToday(path);
  });

  it('has the layout of this amy though the server does not answer', async () => {
    const path = fileOf(FORMS.at(-1) ?? formOfToday());
    inFile(path, (database) => database.exec("update sync_state set schema_version = 'another'"));
    await expect(sync(path, [{ status: 401, body: {} }])).rejects.toMatchObject({ status: 401 });
    expect(layoutWithout(path, OWN_NAMES)).toEqual(today());
    expect(rowsOf(path, 'select since from sync_state')).toEqual([{ since: T1 }]);
  });

  it.each([
    ['whose rows stay', 2],
    ['that is fetched anew', 0],
  ])('%s loses no table of somebody’s own of whose name amy has something now', async (_which, place) => {
    const form = FORMS[place];
    if (form === undefined) throw new Error('there is no such form');
    const named = { ...form, tables: withDictionary(form.tables) };
    const path = fileOf(
      named,
      `create table coverage (day text); insert into coverage values ('mine');
       create table coverage_of_yours (day text); insert into coverage_of_yours values ('mine too');
       create view activities_merged as select 1 as one; create view of_nothing as select * from nowhere`,
    );
    const { progress } = await sync(path, [pageReply(T2, { daily_summary: [FIRST_DAY, NEXT_DAY] })]);
    expect(rowsOf(path, 'select * from coverage_of_yours')).toEqual([{ day: 'mine too' }]);
    expect(rowsOf(path, 'select * from coverage_of_yours_of_yours')).toEqual([{ day: 'mine' }]);
    expect(progress.filter(({ step }) => step === 'left_out')).toMatchObject([
      { name: 'coverage', why: 'amy has something of its name now; yours is coverage_of_yours_of_yours' },
      {
        name: 'activities_merged',
        why: 'amy has something of its name now; yours is activities_merged_of_yours',
      },
    ]);
    expect(rowsOf(path, 'select * from activities_merged_of_yours')).toEqual([{ one: 1 }]);
    const own = [
      'coverage_of_yours',
      'coverage_of_yours_of_yours',
      'of_nothing',
      'activities_merged_of_yours',
    ];
    expect(layoutWithout(path, own)).toEqual(today());
  });

  it.each([
    ['whose rows stay', 1],
    ['that is fetched anew', 0],
  ])('%s and that has no dictionary yet takes nothing of somebody’s own for amy’s', async (_which, place) => {
    const form = FORMS[place];
    if (form === undefined) throw new Error('there is no such form');
    const tables = form.tables.filter((text) => !text.includes(' population '));
    const path = fileOf({ ...form, tables }, OF_NAMES_OF_TODAY);
    const { progress } = await sync(path, [pageReply(T2, { daily_summary: [FIRST_DAY, NEXT_DAY] })]);
    const aside = (name: string) => `${name}_of_yours`;
    expect(progress.filter(({ step }) => step === 'left_out')).toEqual([
      ...NAMES_OF_TODAY.map((name) => ({
        ...{ step: 'left_out', name },
        why: `amy has something of its name now; yours is ${aside(name)}`,
      })),
      { step: 'left_out', name: 'device_months', why: 'amy has something of its name now' },
    ]);
    for (const name of NAMES_OF_TODAY)
      expect(rowsOf(path, `select mine from ${aside(name)}`)).toEqual([{ mine: name }]);
    expect(layoutWithout(path, NAMES_OF_TODAY.map(aside))).toEqual(today());
    expect(rowsOf(path, 'select count(*) as orders from metric_source_order')).toEqual([{ orders: 0 }]);
    expect(rowsOf(path, 'select strain from summary order by datetime')).toEqual([
      { strain: 9 },
      { strain: null },
    ]);
  });

  it('empties what the archive fills where that had another form, and says what of somebody’s own goes with it', async () => {
    const path = fileOf(
      FORMS.at(-1) ?? formOfToday(),
      `insert into samples values ('oura', 'heart_rate', 't', 60, 51, '/min', 7);
       insert into samples_read values ('events/2026-03.ndjson.gz', 9, 'f00', 1, 1, 0);
       insert into device_months values ('events/2026-03.ndjson.gz', 'f00');
       alter table samples_beneath add column more text;
       create index beneath_by_more on samples_beneath(more);
       update sync_state set schema_version = 'another'`,
    );
    const { progress, report } = await sync(path, [pageReply(T2, {})]);
    const leftOut = { name: 'beneath_by_more', why: 'no such column: more' };
    expect(progress).toContainEqual({ step: 'left_out', ...leftOut });
    expect(report.leftOut).toEqual([leftOut]);
    expect(rowsOf(path, 'select event from samples union all select events from samples_read')).toEqual([]);
    expect(rowsOf(path, 'select sha256 from device_months')).toEqual([{ sha256: 'f00' }]);
    expect(layoutWithout(path, [])).toEqual(today());
  });
});

/** Both days, the order of sources, whose it is, all that was added, and nothing else of then. */
function isOfToday(path: string): void {
  expect(layoutWithout(path, OWN_NAMES)).toEqual(today());
  expect(inFile(path, (database) => OWN_NAMES.filter((name) => !readLayout(database).has(name)))).toEqual([]);
  expect(rowsOf(path, 'select * from notes')).toEqual([{ day: '2026-02-27', note: 'ill', length: 3 }]);
  expect(rowsOf(path, 'select * from of_state')).toEqual([{ state: 1 }]);
  expect(rowsOf(path, 'select * from ill_days')).toEqual([{ datetime: '2026-02-27', steps: 1 }]);
  expect(steps(path)).toEqual([
    { source: 'oura', datetime: '2026-02-27', steps: 1 },
    { source: 'oura', datetime: '2026-02-28', steps: 2 },
  ]);
  expect(rowsOf(path, 'select strain from summary order by datetime')).toEqual([
    { strain: 9 },
    { strain: null },
  ]);
  expect(rowsOf(path, 'select source from source_order order by rank')).toEqual([
    { source: 'zepp' },
    { source: 'oura' },
  ]);
  expect(rowsOf(path, 'select person, since from sync_state')).toEqual([{ person: 'user_1', since: T2 }]);
  const fresh = mirrorPath();
  mkdirSync(dirname(fresh), { recursive: true });
  inFile(fresh, (database) => {
    database.exec('begin');
    prepareSchema(database);
    database.exec('commit');
  });
  expect(madeRows(path) === madeRows(fresh)).toBe(true);
  expect(rowsOf(path, 'pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  expect(inspectMirrorFile(path, 100)).toBe('mirror');
}

function withDictionary(tables: readonly string[]): readonly string[] {
  const dictionary = currentLayout().get('data_dictionary')?.sql ?? '';
  return tables.some((text) => text.includes(' data_dictionary ')) ? tables : [...tables, dictionary];
}
