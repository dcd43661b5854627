import { describe, expect, it } from 'vitest';
import { DAILY_SUMMARY_COLUMNS } from '../contract/tables.ts';
import { normalizeDaily } from '../normalize/daily.ts';
import { DAILY_RULES } from '../normalize/daily-rules.ts';
import { columnsOf, dataBody, FULL_DAY, storedEvent } from '../normalize/event.fixture.ts';
import type { Columns } from '../normalize/types.ts';
import { EMPTY_DAILY_ROW, shownDaily } from './daily-row.ts';
import { sleepUnit, VITAL_COLUMNS } from './main-session.ts';

it('has a column for everything that a day or a night gives, and no other', () => {
  const ofDay = Object.keys(columnsOf(normalizeDaily(storedEvent('daily'), dataBody('daily', FULL_DAY))));
  const ofNight = [...Object.keys(sleepUnit({})), ...VITAL_COLUMNS, 'nap_minutes'];
  const given = [...new Set([...ofDay, ...Object.keys(DAILY_RULES), ...ofNight])];
  expect(given.toSorted()).toEqual(Object.keys(DAILY_SUMMARY_COLUMNS).toSorted());
});

describe('the row of a date', () => {
  const NIGHT = {
    start_time: '2026-03-01T22:00:00.000Z',
    end_time: '2026-03-02T06:00:00.000Z',
    asleep_seconds: 25_200,
    utc_offset_minutes: 60,
  };
  const NIGHTS_VITALS = {
    resting_heart_rate: 47,
    heart_rate_variability: 71,
    hrv_method: 'rmssd',
    spo2: 96,
    respiratory_rate: 14,
    skin_temperature: -0.3,
    sleep_score: 88,
    recovery_score: 81,
  };
  const DAYS_VITALS = {
    resting_heart_rate: 51,
    heart_rate_variability: 44,
    hrv_method: 'sdnn',
    spo2: 97,
    skin_temperature: 0.2,
    sleep_score: 85,
    recovery_score: 78,
  };
  const UNIT = {
    sleep_minutes: 420,
    bed_time: NIGHT.start_time,
    wake_up_time: NIGHT.end_time,
    utc_offset_minutes: 60,
  };

  /** The columns that are known where a day and these sessions end on one date. */
  function row(day: Columns, ...sessions: readonly Columns[]): Columns | null {
    const shown = shownDaily({
      ...EMPTY_DAILY_ROW,
      daily: [[[1, 1, 'd', 0], day]],
      sessions: new Map(sessions.map((session, i) => [`session-${i}`, session])),
    });
    return shown && Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== null));
  }

  it('has of sleep and day what the sleep says', () => {
    expect(
      row({ ...DAYS_VITALS, steps: 9_000, utc_offset_minutes: 120 }, { ...NIGHT, ...NIGHTS_VITALS }),
    ).toEqual({
      ...UNIT,
      ...NIGHTS_VITALS,
      steps: 9_000,
    });
  });

  it('has of the day what no sleep knows, with its method and its offset', () => {
    const { utc_offset_minutes: _offset, ...night } = NIGHT;
    expect(row({ ...DAYS_VITALS, utc_offset_minutes: 120 }, night)).toEqual({
      ...UNIT,
      ...DAYS_VITALS,
      utc_offset_minutes: 120,
    });
  });

  it('has each vital of the longest sleep that knows it, and the method with its value', () => {
    const short = { ...NIGHT, asleep_seconds: 7_200, ...NIGHTS_VITALS };
    expect(row({}, { ...NIGHT, spo2: 95, hrv_method: 'sdnn' }, short)).toEqual({
      ...UNIT,
      ...NIGHTS_VITALS,
      spo2: 95,
    });
  });

  it('has nothing of a unit that its main sleep does not know', () => {
    const { sleep_minutes: _minutes, ...times } = UNIT;
    const before = { sleep_minutes: 400, awakenings: 3, steps: 5_000 };
    const row = {
      ...EMPTY_DAILY_ROW,
      sessions: new Map([['a', { ...NIGHT, asleep_seconds: null }]]),
      legacy: before,
    };
    expect(shownDaily(row)).toMatchObject({ ...times, sleep_minutes: null, awakenings: null, steps: 5_000 });
  });

  it('has of naps their time asleep alone', () => {
    expect(row({ steps: 10 }, { ...NIGHT, ...NIGHTS_VITALS, is_nap: 1, asleep_seconds: 1_800 })).toEqual({
      steps: 10,
      nap_minutes: 30,
    });
  });
});
