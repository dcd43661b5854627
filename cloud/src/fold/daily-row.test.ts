import { expect, it } from 'vitest';
import { DAILY_SUMMARY_COLUMNS } from '../contract/tables.ts';
import { normalizeDaily } from '../normalize/daily.ts';
import { DAILY_RULES } from '../normalize/daily-rules.ts';
import { columnsOf, dataBody, FULL_DAY, storedEvent } from '../normalize/event.fixture.ts';
import { sleepUnit, VITAL_COLUMNS } from './main-session.ts';

it('has a column for everything that a day or a night gives, and no other', () => {
  const ofDay = Object.keys(columnsOf(normalizeDaily(storedEvent('daily'), dataBody('daily', FULL_DAY))));
  const ofNight = [...Object.keys(sleepUnit({})), ...VITAL_COLUMNS, 'nap_minutes'];
  const given = [...new Set([...ofDay, ...Object.keys(DAILY_RULES), ...ofNight])];
  expect(given.toSorted()).toEqual(Object.keys(DAILY_SUMMARY_COLUMNS).toSorted());
});
