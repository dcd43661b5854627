import { describe, expect, it } from 'vitest';
import type { Columns } from '../normalize/types.ts';
import { longestFirst, napMinutes, sleepUnit } from './main-session.ts';

const SPAN = { start_time: '2026-03-01T22:00:00.000Z', end_time: '2026-03-02T07:00:00.000Z' };

function sessions(all: Readonly<Record<string, Columns>>): ReadonlyMap<string, Columns> {
  return new Map(Object.entries(all));
}

function stages(deep: number, rem: number, light: number, awake: number): Columns {
  return { deep_seconds: deep, rem_seconds: rem, light_seconds: light, awake_seconds: awake };
}

describe('longestFirst', () => {
  const order = (all: Readonly<Record<string, Columns>>) =>
    longestFirst(sessions(all)).map((columns) => Object.entries(all).find(([, one]) => one === columns)?.[0]);

  it('goes by time asleep, then the later start, and leaves naps out', () => {
    const short = { ...SPAN, asleep_seconds: 100 };
    expect(
      order({
        short,
        staged: { ...SPAN, ...stages(50, 50, 100, 0) },
        later: { ...short, start_time: '2026-03-01T23:00:00.000Z' },
        nap: { ...SPAN, asleep_seconds: 900, is_nap: 1 },
      }),
    ).toEqual(['staged', 'later', 'short']);
  });

  it('counts a time asleep that is unknown as end minus start', () => {
    const fiveHours = { ...SPAN, start_time: '2026-03-02T02:00:00.000Z' };
    const sevenHoursAsleep = { ...fiveHours, asleep_seconds: 25_200 };
    const nineHours = { ...SPAN, deep_seconds: 60 };
    expect(order({ sevenHoursAsleep, nineHours })).toEqual(['nineHours', 'sevenHoursAsleep']);
    expect(order({ fiveHours, inBed: SPAN })).toEqual(['inBed', 'fiveHours']);
  });

  it('counts a stay in bed only where no sleep was measured', () => {
    const bed = { ...SPAN, in_bed_seconds: 32_400 };
    const zeros = { ...SPAN, asleep_seconds: 0, ...stages(0, 0, 0, 0) };
    expect(order({ bed, measured: { ...SPAN, asleep_seconds: 25_200 }, zeros })).toEqual(['measured']);
    expect(order({ bed })).toEqual(['bed']);
  });
});

describe('sleepUnit', () => {
  const unit = (columns: Columns) =>
    Object.fromEntries(Object.entries(sleepUnit(columns)).filter(([, value]) => value !== null));

  it('gives minutes, and percents of the four stages', () => {
    const columns = {
      ...SPAN,
      ...stages(3_600, 3_600, 7_200, 1_800),
      in_bed_seconds: 19_800,
      sleep_efficiency: 88,
      latency_seconds: 600,
      awakenings: 3,
    };
    expect(unit(columns)).toEqual({
      sleep_minutes: 240,
      bed_time: SPAN.start_time,
      wake_up_time: SPAN.end_time,
      deep_sleep_minutes: 60,
      rem_sleep_minutes: 60,
      light_sleep_minutes: 120,
      awake_minutes: 30,
      deep_sleep_percent: (100 * 60) / 270,
      rem_sleep_percent: (100 * 60) / 270,
      light_sleep_percent: (100 * 120) / 270,
      awake_percent: (100 * 30) / 270,
      time_in_bed_minutes: 330,
      sleep_efficiency: 88,
      sleep_latency_minutes: 10,
      awakenings: 3,
    });
  });

  it('knows no stages that revisions together leave at 0 beside a time asleep', () => {
    expect(unit({ asleep_seconds: 25_200, ...stages(0, 0, 0, 1_200) })).toEqual({
      sleep_minutes: 420,
      awake_minutes: 20,
    });
  });

  it('has no percents of nothing', () => {
    expect(unit(stages(0, 0, 0, 0))).toEqual({
      sleep_minutes: 0,
      deep_sleep_minutes: 0,
      rem_sleep_minutes: 0,
      light_sleep_minutes: 0,
      awake_minutes: 0,
    });
  });
});

describe('napMinutes', () => {
  it('adds up the time asleep of the naps that know it', () => {
    const naps = {
      a: { ...SPAN, is_nap: 1, asleep_seconds: 600 },
      b: { ...SPAN, is_nap: 1, ...stages(300, 0, 300, 0) },
      bed: { ...SPAN, is_nap: 1, in_bed_seconds: 5_000 },
      night: { ...SPAN, asleep_seconds: 20_000 },
    };
    expect(napMinutes(sessions(naps))).toBe(20);
    expect(napMinutes(sessions({ bed: naps.bed, night: naps.night }))).toBeNull();
  });
});
