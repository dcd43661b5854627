import { describe, expect, it } from 'vitest';
import { dayNumber } from '../dev/terra/calendar.ts';
import { ORDINARY_LIFE } from '../dev/terra/life/day.ts';
import { personOf } from '../dev/terra/life/person.ts';
import { DATA_TYPES, type Device, deviceOf } from '../dev/terra/payloads/devices.ts';
import { historyItems } from '../dev/terra/payloads/history.ts';
import { normalize } from '../src/normalize/normalize.ts';
import type { Contribution, StoredEvent } from '../src/normalize/types.ts';

const EVENT: StoredEvent = {
  eventType: 'daily',
  terraUserId: '',
  referenceId: 'user_ana',
  provider: 'GARMIN',
  dedupKey: 'd',
  orderMs: 1,
  receivedMs: Date.UTC(2026, 4, 1),
} as StoredEvent;

/** What 40 days around the change of the clocks give, of a device that says this of its times. */
function contributions(localization: Device['localization']): readonly Contribution[] {
  const device = deviceOf('GARMIN');
  if (device === null) throw new Error('no such device');
  return DATA_TYPES.flatMap((type) => {
    const data = historyItems({
      person: personOf(7),
      device: { ...device, localization },
      type,
      days: Array.from({ length: 40 }, (_, i) => dayNumber('2026-03-10') + i),
      lifestyle: ORDINARY_LIFE,
      withSamples: false,
    });
    const user = { user_id: 'terra-ana', provider: 'GARMIN', reference_id: 'user_ana' };
    const result = normalize({ ...EVENT, eventType: type }, { type, user, data });
    return result.state === 'normalized' ? result.contributions : [];
  });
}

function withoutOffset(one: Contribution): unknown {
  if (!('columns' in one)) return one;
  const { utc_offset_minutes: _offset, raw: _raw, ...columns } = one.columns;
  return { ...one, columns };
}

function offsets(all: readonly Contribution[]): ReadonlySet<unknown> {
  return new Set(
    all.flatMap((one) =>
      one.kind === 'daily' || one.kind === 'sleep' || one.kind === 'activity'
        ? [one.columns.utc_offset_minutes ?? null]
        : [],
    ),
  );
}

describe('times in UTC', () => {
  const local = contributions(1);

  it('give the same dates, instants and values as the person’s own, and no offset', () => {
    const inUtc = contributions(0);
    expect(local.length).toBeGreaterThan(200);
    expect(inUtc.map(withoutOffset)).toEqual(local.map(withoutOffset));
    // This person travels.
    expect(offsets(local)).toEqual(new Set([0, 60, 180]));
    expect(offsets(inUtc)).toEqual(new Set([null]));
  });

  it('are the person’s own where nothing is said of them', () => {
    expect(contributions(null).map(withoutOffset)).toEqual(local.map(withoutOffset));
    expect(offsets(contributions(null))).toEqual(offsets(local));
  });
});
