import { SHARES } from './bodies.ts';

/** The person that `npm run bench -- --cost` takes for typical; every other figure follows from these. */
export const TYPICAL = { devices: 2, labsAYear: 4, syncsADay: 24 } as const;

export const DAYS_A_YEAR = 365;

/** Each device brings one new day a day; the other events come beside it as often as in the mix of the bench. */
export const EVENTS_A_DAY = (TYPICAL.devices * 100) / SHARES['new day'];

/** Hours in which something came: each event in an hour of its own, so that no sync is taken for cheaper than it is. */
export const SYNCS_WITH_NEWS_A_DAY = Math.min(EVENTS_A_DAY, TYPICAL.syncsADay);
export const SYNCS_WITHOUT_NEWS_A_DAY = TYPICAL.syncsADay - SYNCS_WITH_NEWS_A_DAY;

/** How often each cron of wrangler.toml fires in a year, whoever is there. */
export const TICKS_A_YEAR = {
  everyFiveMinutes: DAYS_A_YEAR * 24 * 12,
  everySixHours: DAYS_A_YEAR * 4,
  nightly: DAYS_A_YEAR,
} as const;
