import { describe, expect, it } from 'vitest';
import { storedEvent } from '../normalize/event.fixture.ts';
import { EVENT_TYPES, normalize } from '../normalize/normalize.ts';
import { SAMPLE_ARRAYS } from './sample-arrays.ts';

/**
 * An object that has every key: what is not in `known` is again such an object. Notes each key that is asked
 * for, so that every path a normalizer can follow is followed.
 */
function boundless(known: object, asked: Set<string>): object {
  return new Proxy(known, {
    getOwnPropertyDescriptor(target, key) {
      if (typeof key === 'string') asked.add(key);
      return (
        Object.getOwnPropertyDescriptor(target, key) ?? { value: {}, configurable: true, enumerable: true }
      );
    },
    get(target, key, receiver) {
      if (typeof key !== 'string' || key === 'toJSON') return undefined;
      const value: unknown = Reflect.get(target, key, receiver);
      if (Array.isArray(value)) return value.map((entry) => boundless(entry, asked));
      if (value === undefined) return boundless({}, asked);
      return typeof value === 'object' && value !== null ? boundless(value, asked) : value;
    },
  });
}

const TIMES = { start_time: '2026-03-01T22:00:00+01:00', end_time: '2026-03-02T06:00:00+01:00' };
const RESULT = { biomarker: 'glucose', value: 5, collection_date: '2026-03-01' };

function keysAskedOf(eventType: string): Set<string> {
  const asked = new Set<string>();
  const user = { user_id: 'terra-ana-1', provider: 'OURA', reference_id: 'user_ana' };
  for (const data of [
    [{ metadata: { summary_id: 's', ...TIMES } }],
    [{ results: [RESULT] }],
    { results: [RESULT] },
  ]) {
    normalize(storedEvent(eventType), boundless({ type: eventType, user, data, results: null }, asked));
  }
  return asked;
}

describe('the sample arrays', () => {
  const asked = new Set(EVENT_TYPES.flatMap((eventType) => [...keysAskedOf(eventType)]));

  it('are none that a normalizer reads', () => {
    expect([...SAMPLE_ARRAYS].filter((key) => asked.has(key))).toEqual([]);
  });

  it('are tried against every array that normalizers are known to read', () => {
    const read = [
      'data',
      'measurements',
      'blood_pressure_samples',
      'blood_glucose_samples',
      'detailed_blood_glucose_samples',
      'ketone_samples',
      'saturation_samples',
      'body_battery_samples',
      'vo2_samples',
      'body_temperature_samples',
      'skin_temperature_samples',
      'hr_zone_data',
      'results',
      'reference_ranges',
    ];
    expect(read.filter((key) => !asked.has(key))).toEqual([]);
  });
});
