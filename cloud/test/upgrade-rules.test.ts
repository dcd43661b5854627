import { applyD1Migrations, env } from 'cloudflare:test';
import { beforeAll, expect, it } from 'vitest';
import { SYNCED_TABLES } from '../src/contract/tables.ts';
import { runDry, tick } from './support/rebuilding.ts';
import ROWS_OF_EARLIER_RULES from './support/rows-of-earlier-rules.sql?raw';
import { asPerson, envWithOutbox } from './support/stack.ts';

/** A database that an earlier version filled, brought to today's schema and rules: what changes, and what does not. */

const LAST_EARLIER_MIGRATION = '0018';
const USER = 'user_before';
const TABLES = ['daily_summary', 'activities', 'sleep_sessions', 'biomarkers_raw'] as const;
/** Shown elsewhere, or different by what it is. */
const LEFT_OUT = ['raw', 'user_id', 'updated_at', 'cells', 'rules'];

const db = env.UPGRADE_DB;
const line = envWithOutbox({ ...env, DB: db });

type Values = Readonly<Record<string, unknown>>;

/** By table and key, the columns that are known. */
async function storedRows(): Promise<Map<string, Values>> {
  const rows = new Map<string, Values>();
  for (const table of TABLES) {
    const { results } = await db
      .prepare(`select * from ${table} where user_id = ?`)
      .bind(USER)
      .all<Record<string, unknown>>();
    for (const row of results) {
      const key: readonly string[] = SYNCED_TABLES[table].key;
      const name = [table, ...key.map((column) => row[column])].join(' ');
      const columns = Object.entries(row).filter(
        ([column, value]) => value !== null && !LEFT_OUT.includes(column) && !key.includes(column),
      );
      rows.set(name, Object.fromEntries(columns));
    }
  }
  return rows;
}

/** `[row, column, before, after]`; a row that came or went is its column `(row)`. */
function differences(before: ReadonlyMap<string, Values>, after: ReadonlyMap<string, Values>): unknown[][] {
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return names.flatMap((name) => {
    const [from, to] = [before.get(name), after.get(name)];
    if (from === undefined) return [[name, '(row)', 'absent', to]];
    if (to === undefined) return [[name, '(row)', 'there', 'absent']];
    const columns = [...new Set([...Object.keys(from), ...Object.keys(to)])].toSorted();
    return columns.flatMap((column) =>
      from[column] === to[column] ? [] : [[name, column, from[column] ?? null, to[column] ?? null]],
    );
  });
}

/** `[row, column, before, after]` of what differs, and why. */
const CHANGES = [
  // Of two activities that start together the longer is shown; the offset is kept.
  ['activities oura 2026-03-02T17:00:00.000Z', 'active_zone_minutes', 30, 120],
  ['activities oura 2026-03-02T17:00:00.000Z', 'activity_name', 'Swim', 'Triathlon'],
  ['activities oura 2026-03-02T17:00:00.000Z', 'calories', 300, null],
  ['activities oura 2026-03-02T17:00:00.000Z', 'duration', 1800, 7200],
  [
    'activities oura 2026-03-02T17:00:00.000Z',
    'end_time',
    '2026-03-02T17:30:00.000Z',
    '2026-03-02T19:00:00.000Z',
  ],
  ['activities oura 2026-03-02T17:00:00.000Z', 'utc_offset_minutes', null, 60],
  // Zero is no weight, a share of 1 or less is a fraction, samples without an average are read.
  [
    'biomarkers_raw oura_body 2026-03-02 body_fat_percentage',
    'measured_at',
    null,
    '2026-03-02T20:00:00.000Z',
  ],
  ['biomarkers_raw oura_body 2026-03-02 body_fat_percentage', 'value', 0.179, 17.9],
  ['biomarkers_raw oura_body 2026-03-02 glucose_cgm_mean', '(row)', 'absent', { value: 100, unit: 'mg/dL' }],
  ['biomarkers_raw oura_body 2026-03-02 weight', 'measured_at', null, '2026-03-02T06:00:00.000Z'],
  ['biomarkers_raw oura_body 2026-03-02 weight', 'value', 0, 72.4],
  // A result is taken whole, a bound is told, one series has one unit.
  ['biomarkers_raw terra_lab 2026-02-20 crp', 'canonical', 1, 0],
  ['biomarkers_raw terra_lab 2026-02-20 crp', 'operator', null, '<'],
  ['biomarkers_raw terra_lab 2026-02-20 crp', 'value', null, 0.3],
  ['biomarkers_raw terra_lab 2026-02-20 crp', 'value_text', null, '<0.3'],
  ['biomarkers_raw terra_lab 2026-02-20 glucose', 'canonical', 1, 0],
  ['biomarkers_raw terra_lab 2026-02-20 glucose', 'ref_high', 99, null],
  ['biomarkers_raw terra_lab 2026-02-20 glucose', 'ref_low', 70, null],
  ['biomarkers_raw terra_lab 2026-02-20 glucose', 'status', 'optimal', null],
  ['biomarkers_raw terra_lab 2026-02-20 glucose', 'unit', 'mg/dL', null],
  ['biomarkers_raw terra_lab 2026-02-20 vitamin_d', 'unit', 'nmol/L', 'ng/mL'],
  ['biomarkers_raw terra_lab 2026-02-20 vitamin_d', 'value', 75, 30.0480769231],
  // Zones by their names, the level of stress that the device tells.
  ['daily_summary garmin 2026-03-01', 'active_zone_minutes', null, 60],
  ['daily_summary garmin 2026-03-01', 'cardio_active_zone_minutes', null, 15],
  ['daily_summary garmin 2026-03-01', 'fatburn_active_zone_minutes', null, 40],
  ['daily_summary garmin 2026-03-01', 'stress_level', null, 66],
  // Stages that are all 0 beside a time asleep are unknown.
  ['daily_summary garmin 2026-03-02', 'awake_percent', 100, null],
  ['daily_summary garmin 2026-03-02', 'deep_sleep_minutes', 0, null],
  ['daily_summary garmin 2026-03-02', 'deep_sleep_percent', 0, null],
  ['daily_summary garmin 2026-03-02', 'light_sleep_minutes', 0, null],
  ['daily_summary garmin 2026-03-02', 'light_sleep_percent', 0, null],
  ['daily_summary garmin 2026-03-02', 'rem_sleep_minutes', 0, null],
  ['daily_summary garmin 2026-03-02', 'rem_sleep_percent', 0, null],
  // What is not sitting is no zone, stress in its own direction, the corrected night, a nap, new columns.
  ['daily_summary oura 2026-03-02', 'active_zone_minutes', 240, null],
  ['daily_summary oura 2026-03-02', 'awake_minutes', 30, 70],
  ['daily_summary oura 2026-03-02', 'awake_percent', 6.25, 14.893617021276595],
  ['daily_summary oura 2026-03-02', 'bed_time', '2026-03-01T22:00:00.000Z', '2026-03-01T22:10:00.000Z'],
  ['daily_summary oura 2026-03-02', 'calories_active', null, 500],
  ['daily_summary oura 2026-03-02', 'calories_basal', null, 1600],
  ['daily_summary oura 2026-03-02', 'calories_total', null, 2400],
  ['daily_summary oura 2026-03-02', 'deep_sleep_percent', 18.75, 19.148936170212767],
  ['daily_summary oura 2026-03-02', 'distance', null, 6600],
  ['daily_summary oura 2026-03-02', 'floors_climbed', null, 7],
  ['daily_summary oura 2026-03-02', 'light_sleep_minutes', 270, 220],
  ['daily_summary oura 2026-03-02', 'light_sleep_percent', 56.25, 46.808510638297875],
  ['daily_summary oura 2026-03-02', 'nap_minutes', null, 30],
  ['daily_summary oura 2026-03-02', 'rem_sleep_percent', 18.75, 19.148936170212767],
  ['daily_summary oura 2026-03-02', 'sleep_minutes', 450, 400],
  ['daily_summary oura 2026-03-02', 'sleep_score', 81, 77],
  ['daily_summary oura 2026-03-02', 'stress_management_score', 30, 70],
  ['daily_summary oura 2026-03-02', 'stress_score', null, 30],
  ['daily_summary oura 2026-03-02', 'vo2_max', null, 44],
  // Two records of one sleep are one session; the offset is kept.
  ['sleep_sessions garmin 2026-03-01T22:00:00.000Z', 'utc_offset_minutes', null, 60],
  ['sleep_sessions oura 2026-03-01T22:00:00.000Z', '(row)', 'there', 'absent'],
  ['sleep_sessions oura 2026-03-01T22:10:00.000Z', 'utc_offset_minutes', null, 60],
  ['sleep_sessions oura 2026-03-02T13:00:00.000Z', 'utc_offset_minutes', null, 60],
];

beforeAll(async () => {
  const numbered = env.TEST_MIGRATIONS.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  await applyD1Migrations(
    db,
    numbered.filter(({ name }) => name.slice(0, LAST_EARLIER_MIGRATION.length) <= LAST_EARLIER_MIGRATION),
  );
  for (const statement of ROWS_OF_EARLIER_RULES.split(/;\n/).filter((sql) => sql.trim() !== '')) {
    await db.prepare(statement).run();
  }
  await applyD1Migrations(db, numbered);
});

it("has after its rebuild what today's rules read from the same events", async () => {
  const before = await storedRows();
  await tick(line.env);
  await runDry(line);
  const changes = differences(before, await storedRows());
  expect(changes).toEqual(CHANGES);
});

it('reaches mirrors as one change', async () => {
  const response = await asPerson(USER, '/v1/sync', { env: line.env });
  const { data, now } = await response.json<{
    data: Record<string, { updated_at?: string }[]>;
    now: string;
  }>();
  const moved = TABLES.flatMap((table) => (data[table] ?? []).map((row) => row.updated_at));
  expect(new Set(moved.filter((time) => time === now)).size).toBe(1);
});
