import { DatabaseSync } from 'node:sqlite';
import { randomFrom } from '../../cloud/dev/terra/random.ts';
import type { SyncPage, SyncRow } from '../../cloud/src/contract/sync.ts';
import {
  DAILY_SUMMARY_COLUMNS,
  SYNCED_TABLES,
  type SyncedTableName,
  WIDE_BIOMARKERS,
} from '../../cloud/src/contract/tables.ts';
import { pageApplier } from '../src/mirror/apply.ts';
import { prepareSchema } from '../src/mirror/schema.ts';

const DAYS = 1_461;
const DAY_MS = 86_400_000;
const SOURCES = ['garmin', 'oura', 'whoop'] as const;
const OTHER_CODES = 13;
const SEED = 20_260_301;

/**
 * Fills an empty file as a sync would: four years of three devices, with labs and measurements of the body. That is
 * 4,400 days, 3,000 activities, 5,100 sleeps and 26,000 measurements.
 */
export function fillFourYears(path: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec('begin');
    prepareSchema(database);
    pageApplier(database).applyPage(fourYears());
    database.exec('commit');
  } finally {
    database.close();
  }
}

function fourYears(): SyncPage {
  const random = randomFrom(SEED);
  const now = timeOf(DAYS, 0);
  const days = Array.from({ length: DAYS }, (_, day) => day);
  const data = {
    daily_summary: days.flatMap((day) => SOURCES.map((source) => dailyRow(source, day, random))),
    activities: days.flatMap((day) => activityRows(day, random)),
    sleep_sessions: days.flatMap((day) => sleepRows(day)),
    biomarkers_raw: days.flatMap((day) => biomarkerRows(day, random)),
    lab_uploads: [],
    profiles: [],
    deleted: [],
  };
  return { data, now, next_cursor: null, has_more: false };
}

function dailyRow(source: string, day: number, random: () => number): SyncRow {
  const numbers = Object.entries(DAILY_SUMMARY_COLUMNS).map(([column, type]) => [
    column,
    // A device does not know everything, and is left off on some days.
    type === 'real' && random() > 0.15 ? Math.round(400 + 100 * random()) : null,
  ]);
  return row('daily_summary', {
    ...Object.fromEntries(numbers),
    source,
    datetime: dateOf(day),
    steps: Math.round(4_000 + 8_000 * random()),
    bed_time: timeOf(day - 1, 21 + 2 * random()),
    wake_up_time: timeOf(day, 5 + 2 * random()),
    utc_offset_minutes: 60,
  });
}

/** Two a day, most of them on two devices. */
function activityRows(day: number, random: () => number): readonly SyncRow[] {
  const start = 17 + random();
  return ['garmin', 'whoop'].map((source, place) =>
    row('activities', {
      source,
      start_time: timeOf(day, start + place / 60),
      end_time: timeOf(day, start + 1),
      activity_name: day % 3 === 0 ? 'Cycling' : 'Running',
      distance: place === 0 ? 8_000 : null,
      duration: 3_600,
      average_heart_rate: 140,
      utc_offset_minutes: 60,
    }),
  );
}

function sleepRows(day: number): readonly SyncRow[] {
  const nights = SOURCES.map((source) =>
    row('sleep_sessions', { source, start_time: timeOf(day - 1, 22), end_time: timeOf(day, 6) }),
  );
  const nap = row('sleep_sessions', {
    source: 'oura',
    start_time: timeOf(day, 13),
    end_time: timeOf(day, 13.5),
  });
  return day % 2 === 0 ? [...nights, nap] : nights;
}

/** A scale that measures every day, and a lab four times a year. */
function biomarkerRows(day: number, random: () => number): readonly SyncRow[] {
  const codes = Object.values(WIDE_BIOMARKERS);
  const measured = Array.from({ length: OTHER_CODES }, (_, index) => `measured_${index}`);
  const daily = [...codes.filter((code) => code.endsWith('_bp')), 'weight', 'bmi', 'fat', ...measured];
  const biomarker = (source: string) => (code: string) =>
    row('biomarkers_raw', {
      source,
      draw_date: dateOf(day),
      code,
      value: Math.round(1_000 * random()) / 10,
      canonical: 1,
    });
  const labs = day % 91 === 0 ? codes.map(biomarker('terra_lab')) : [];
  return [...daily.map(biomarker('withings_body')), ...labs];
}

function row(name: SyncedTableName, values: SyncRow): SyncRow {
  const nulls = Object.keys(SYNCED_TABLES[name].columns).map((column) => [column, null]);
  return { ...Object.fromEntries(nulls), ...values, updated_at: timeOf(DAYS, 0) };
}

const FIRST_DAY = Date.UTC(2022, 2, 1);

function timeOf(day: number, hour: number): string {
  return new Date(FIRST_DAY + day * DAY_MS + Math.round(hour * 60) * 60_000).toISOString();
}

function dateOf(day: number): string {
  return timeOf(day, 0).slice(0, 10);
}
