import { env } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { insertRaw } from '../../test/support/raw-rows.ts';
import {
  HAS_ERROR,
  IS_DRAINED,
  IS_LET_GO,
  IS_NORMALIZED,
  IS_OPEN,
  IS_SKIPPED,
  IS_TRIED,
  isParkedAs,
} from './event-state.ts';

const AT = '2026-03-01T12:00:00.000Z';
const PROCESSED = { processed_at: '2026-03-01 12:00:00.000' };

/** Each differs from another in one thing. */
const EVENTS = {
  new: {},
  'given up': { dead_lettered_at: AT },
  'given up, settled': { dead_lettered_at: AT, resolved_at: AT },
  'given up, processed': { dead_lettered_at: AT, ...PROCESSED },
  parked: { process_error: 'owner_conflict' },
  'parked, settled': { process_error: 'owner_conflict', resolved_at: AT },
  'parked, processed': { process_error: 'owner_conflict', ...PROCESSED },
  'parked, set back': { process_error: 'owner_conflict', released_at: AT },
  'parked, tried': { process_error: 'owner_conflict', attempts: 1 },
  'parked otherwise': { process_error: 'payload_missing' },
  released: { released_at: AT },
  'released, processed': { released_at: AT, ...PROCESSED },
  'released, tried': { released_at: AT, attempts: 1 },
  'set back': { duration_ms: 5 },
  tried: { attempts: 1 },
  'tried, processed': { attempts: 1, ...PROCESSED },
  processed: PROCESSED,
  skipped: { process_error: 'skipped:nutrition', ...PROCESSED },
};

const ERRORS = ['parked', 'parked, settled', 'parked, processed', 'parked, set back', 'parked, tried'];

it.each([
  ['has an error', HAS_ERROR, [...ERRORS, 'parked otherwise']],
  ['is skipped', IS_SKIPPED, ['skipped']],
  [
    'is open',
    IS_OPEN,
    ['given up', ...ERRORS.filter((name) => name !== 'parked, settled'), 'parked otherwise'],
  ],
  [
    'is normalized',
    IS_NORMALIZED,
    ['given up, processed', 'parked, processed', 'released, processed', 'tried, processed', 'processed'],
  ],
  [
    'is parked as a code says',
    isParkedAs('owner_conflict'),
    ['parked', 'parked, settled', 'parked, set back', 'parked, tried'],
  ],
  ['is let go', IS_LET_GO, ['parked, set back', 'released', 'set back']],
  ['was tried and is the drain’s', IS_TRIED, ['released, tried', 'tried']],
  [
    'is the drain’s while it waits',
    `processed_at is null and ${IS_DRAINED}`,
    [
      ...['new', 'given up', 'given up, settled', 'parked otherwise'],
      ...['released', 'released, tried', 'set back', 'tried'],
    ],
  ],
])('an event %s', async (_, condition, names) => {
  const ids = await insertRaw(...Object.values(EVENTS));
  const { results } = await env.DB.prepare(`select id from raw_events where id >= ? and (${condition})`)
    .bind(ids[0] ?? 0)
    .all<{ id: number }>();
  const found = new Set(results.map(({ id }) => id));
  expect(Object.keys(EVENTS).filter((_name, place) => found.has(ids[place] ?? 0))).toEqual(names);
});
