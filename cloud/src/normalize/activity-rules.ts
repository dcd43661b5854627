import { AMOUNT, HEART_RATE_BPM, POSITIVE_AMOUNT, strainRange, withoutNoise } from './ranges.ts';
import { changed, field, type ValueRule } from './value-rule.ts';

const DISTANCE = 'distance_data.summary';
const HEART_RATES = 'heart_rate_data.summary';
const KILOJOULES_PER_KILOCALORIE = 4.184;

const NET_CALORIES = field('calories_data.net_activity_calories', AMOUNT);

/** What one item of an `activity` event gives to the columns of its activity. `duration` yields to its two times. */
export const ACTIVITY_RULES = {
  distance: { unit: 'm', sources: [field(`${DISTANCE}.distance_meters`, AMOUNT)] },
  duration: { unit: 's', sources: [field('active_durations_data.activity_seconds', AMOUNT)] },
  elevation_gain: {
    unit: 'm',
    // Floors are a proxy, so which one it is stands beside it.
    sources: [
      field(`${DISTANCE}.elevation.gain_actual_meters`, AMOUNT, 'meters'),
      field(`${DISTANCE}.floors_climbed`, AMOUNT, 'floors'),
    ],
  },
  average_heart_rate: { unit: '/min', sources: [field(`${HEART_RATES}.avg_hr_bpm`, HEART_RATE_BPM)] },
  calories: {
    unit: 'kcal',
    // Living alone burns something: a total of 0 is none, and gives way to what else is told.
    sources: [
      field('calories_data.total_burned_calories', POSITIVE_AMOUNT),
      changed(field('energy_data.energy_kilojoules', POSITIVE_AMOUNT), 'kilojoules / 4.184', (kilojoules) =>
        withoutNoise(kilojoules / KILOJOULES_PER_KILOCALORIE),
      ),
      NET_CALORIES,
    ],
  },
  steps: { unit: '1', sources: [field(`${DISTANCE}.steps`, AMOUNT)] },
  strain: { unit: '1', sources: [field('strain_data.strain_level', strainRange)] },
  heart_rate_max: { unit: '/min', sources: [field(`${HEART_RATES}.max_hr_bpm`, HEART_RATE_BPM)] },
  calories_active: { unit: 'kcal', sources: [NET_CALORIES] },
} as const satisfies Readonly<Record<string, ValueRule>>;
