import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { SyncRow } from '../../../cloud/src/contract/sync.ts';
import { PROPERTY } from '../../../cloud/test/support/properties.ts';
import { compositeDays } from '../../test/support/composite-days.ts';
import { filledMirror } from '../../test/support/filled-mirror.ts';
import { daily } from '../../test/support/pages.ts';
import { type ReadRow, rowsOf } from '../../test/support/temporary.ts';

/** Made by the script with pandas 3.0.6, of `compositeDays`. */
const KEPT = new URL('../../test/fixtures/composites.json', import.meta.url);
const SCRIPT = fileURLToPath(new URL('../../../docs/examples/composites.py', import.meta.url));
const PYTHON = process.env.AMY_PYTHON ?? 'python3';
const figures = z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()])));

function dateOf(day: number): string {
  return new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10);
}

function compositesOf(rows: SyncRow[]): ReadRow[] {
  return rowsOf(filledMirror({ daily_summary: rows }), 'select * from summary_composites order by datetime');
}

/** Seven days in a row, which is just enough for a window. */
function week(values: (day: number) => SyncRow): ReadRow | undefined {
  return compositesOf(Array.from({ length: 7 }, (_, day) => daily('oura', dateOf(day), values(day)))).at(-1);
}

describe('summary_composites', () => {
  it('divides the day’s own values', () => {
    expect(
      compositesOf([
        daily('oura', dateOf(0), { steps: 9000, resting_heart_rate: 60, heart_rate_variability: 45 }),
      ]),
    ).toEqual([
      {
        datetime: dateOf(0),
        cardio_fitness_index: 150,
        hrv_rhr_ratio: 0.75,
        sleep_duration_sd_30d: null,
        sleep_duration_cv_30d: null,
        bedtime_hour_sd_30d: null,
        wake_hour_mean_30d: null,
        rhr_sd_30d: null,
        rhr_mean_30d: null,
        steps_mean_30d: null,
        steps_cv_30d: null,
      },
    ]);
  });

  it('needs seven known values', () => {
    const days = Array.from({ length: 8 }, (_, day) =>
      daily('oura', dateOf(day), { steps: day === 3 ? null : 100 * day, resting_heart_rate: 50 }),
    );
    const means = compositesOf(days).map(({ steps_mean_30d, rhr_mean_30d }) => [
      steps_mean_30d,
      rhr_mean_30d,
    ]);
    expect(means.slice(5)).toEqual([
      [null, null],
      [null, 50],
      [2500 / 7, 50],
    ]);
  });

  it('looks back 30 calendar days, not 30 rows', () => {
    const known = [0, 1, 2, 3, 4, 5, 29, 30, 60].map((day) =>
      daily('oura', dateOf(day), { steps: 10 + day }),
    );
    const means = compositesOf(known).map(({ datetime, steps_mean_30d }) => [datetime, steps_mean_30d]);
    expect(means.slice(6)).toEqual([
      [dateOf(29), (15 + 39 + 10 * 5 + 10) / 7],
      [dateOf(30), (11 + 12 + 13 + 14 + 15 + 39 + 40) / 7],
      [dateOf(60), null],
    ]);
  });

  it('reads bedtimes on the person’s clock, hours after noon, across midnight', () => {
    const late = (day: number) => (day % 2 === 0 ? '23:30' : '00:30');
    const utc = week((day) => ({ bed_time: `2026-01-05T${late(day)}:00.000Z`, utc_offset_minutes: 0 }));
    // 11.5 and 12.5 hours after noon, four and three of them.
    const spread = Math.sqrt((4 * (3 / 7) ** 2 + 3 * (4 / 7) ** 2) / 6);
    expect(utc?.bedtime_hour_sd_30d).toBeCloseTo(spread, 12);
  });

  it.each([
    ['UTC with an offset', { wake_up_time: '2026-01-05T23:15:00.000Z', utc_offset_minutes: 480 }, 7.25],
    [
      'UTC with a negative offset',
      { wake_up_time: '2026-01-05T01:15:00.000Z', utc_offset_minutes: -300 },
      20.25,
    ],
    [
      'a wall clock, whatever the offset',
      { wake_up_time: '2026-01-05T06:30:00', utc_offset_minutes: 60 },
      6.5,
    ],
    ['a wall clock with microseconds', { wake_up_time: '2026-01-05T06:30:00.000000' }, 6.5],
  ])('reads a wake time as the local hour: %s', (_name, values, hour) => {
    expect(week(() => values)?.wake_hour_mean_30d).toBeCloseTo(hour, 12);
  });

  it('knows no local hour of a time in UTC where the offset is unknown', () => {
    const times = { bed_time: '2026-01-04T22:30:00.000Z', wake_up_time: '2026-01-05T06:30:00.000Z' };
    expect(week(() => times)).toMatchObject({ bedtime_hour_sd_30d: null, wake_hour_mean_30d: null });
    const days = week((day) => (day === 6 ? times : { ...times, utc_offset_minutes: 60 }));
    expect(days).toMatchObject({ bedtime_hour_sd_30d: null, wake_hour_mean_30d: null });
  });

  it('finds no spread where there is none, and gives no ratio to a mean of zero', () => {
    expect(week(() => ({ sleep_minutes: 420.1 }))?.sleep_duration_sd_30d).toBeCloseTo(0, 9);
    expect(week(() => ({ steps: 0, resting_heart_rate: 50 }))).toMatchObject({
      rhr_sd_30d: 0,
      steps_mean_30d: 0,
      steps_cv_30d: null,
    });
  });

  it('loses nothing of small values that follow large ones', () => {
    const days = Array.from({ length: 80 }, (_, day) =>
      daily('oura', dateOf(day), {
        steps: day < 40 ? 39_999.7 / (day + 1) : 0,
        sleep_minutes: day < 40 ? 1e25 / (day + 3) : 1e-9 * (1 + (day % 2)),
      }),
    );
    const last = compositesOf(days).at(-1);
    expect(last).toMatchObject({ steps_mean_30d: 0, steps_cv_30d: null });
    const sleep = Array.from({ length: 30 }, (_, day) => 1 + (day % 2));
    expect(last?.sleep_duration_cv_30d).toBeCloseTo(deviation(sleep) / mean(sleep), 9);
  });

  it('gives the figures that pandas gives', () => {
    const path = filledMirror({ daily_summary: compositeDays() });
    const kept = figures.parse(JSON.parse(readFileSync(KEPT, 'utf8')));
    const found = rowsOf(path, 'select * from summary_composites order by datetime');
    expectSameFigures(found, kept);
    expect(kept.filter(({ bedtime_hour_sd_30d }) => bedtime_hour_sd_30d !== null).length).toBeGreaterThan(20);
    // The figures are those of the script; where pandas is, it makes them again.
    if (spawnSync(PYTHON, ['-c', 'import pandas']).status !== 0) return;
    const made = execFileSync(PYTHON, [SCRIPT, path], { encoding: 'utf8' });
    expectSameFigures(figures.parse(JSON.parse(made)), kept);
  });

  it('needs no math functions, which some SQLite builds lack', () => {
    const rows = Array.from({ length: 9 }, (_, day) =>
      daily('oura', dateOf(day), { resting_heart_rate: day * day }),
    );
    const database = new DatabaseSync(filledMirror({ daily_summary: rows }));
    try {
      for (const name of ['sqrt', 'pow', 'power', 'exp', 'ln', 'log']) {
        database.function(name, { varargs: true }, () => {
          throw new Error(`${name}() was called`);
        });
      }
      const last = database.prepare('select rhr_sd_30d from summary_composites order by datetime desc').get();
      expect(last?.rhr_sd_30d).toBeCloseTo(deviation([0, 1, 4, 9, 16, 25, 36, 49, 64]), 12);
    } finally {
      database.close();
    }
  });

  it('equals a plain computation, whatever days are known', () => {
    // What a device could send: the squares of less than a millionth of a step are no numbers any more.
    const known = fc.option(fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 40_000, noNaN: true })));
    const days = fc.uniqueArray(fc.record({ day: fc.nat(70), steps: known, sleep: known }), {
      selector: ({ day }) => day,
      minLength: 5,
      maxLength: 60,
    });
    fc.assert(
      fc.property(days, (generated) => {
        const rows = generated.map(({ day, steps, sleep }) =>
          daily('oura', dateOf(day), { steps, sleep_minutes: sleep }),
        );
        const found = new Map(compositesOf(rows).map((row) => [row.datetime, row]));
        for (const { day } of generated) {
          const past = generated.filter((other) => other.day <= day && other.day > day - 30);
          const sleep = past.flatMap((other) => other.sleep ?? []);
          const steps = past.flatMap((other) => other.steps ?? []);
          const row = found.get(dateOf(day));
          expectClose(row?.sleep_duration_sd_30d, sleep.length < 7 ? null : deviation(sleep));
          expectClose(row?.steps_mean_30d, steps.length < 7 ? null : mean(steps));
          const ratio = deviation(steps) / mean(steps);
          expectClose(row?.steps_cv_30d, steps.length < 7 || mean(steps) === 0 ? null : ratio);
        }
      }),
      { ...PROPERTY, numRuns: 40, endOnFailure: true },
    );
  });
});

function expectSameFigures(found: readonly ReadRow[], wanted: readonly ReadRow[]): void {
  expect(found.map(Object.keys)).toEqual(wanted.map(Object.keys));
  found.forEach((row, index) => {
    for (const [column, value] of Object.entries(row)) {
      const figure = wanted[index]?.[column] ?? null;
      if (typeof figure === 'number') expectClose(value, figure);
      else expect([row.datetime, column, value]).toEqual([row.datetime, column, figure]);
    }
  });
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: number[]): number {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}

function expectClose(found: unknown, wanted: number | null): void {
  if (wanted === null) expect(found).toBeNull();
  else expect(Math.abs(Number(found) - wanted)).toBeLessThanOrEqual(1e-9 * Math.max(1, wanted));
}
