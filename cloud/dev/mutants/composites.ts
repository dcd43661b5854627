import { type Mutant, mutantsBelow, type OneOff } from './mutant.ts';

const FILE = 'composites.ts';

/** How each composite is had of `summary`. */
const SWITCHED_OFF: readonly OneOff[] = [
  ['of thirty days', FILE, 'WINDOW_DAYS = 30', 'WINDOW_DAYS = 31'],
  ['null with fewer than seven', FILE, 'KNOWN_VALUES_MIN = 7', 'KNOWN_VALUES_MIN = 6'],
  ['seven are enough', FILE, 'KNOWN_VALUES_MIN = 7', 'KNOWN_VALUES_MIN = 8'],
  ['of the time asleep', FILE, "sleep: 'sleep_minutes'", "sleep: 'time_in_bed_minutes'"],
  ['of the time to bed, after noon', FILE, "localHour('bed_time', 12)", "localHour('bed_time', 0)"],
  [
    'of the time awake, after midnight',
    FILE,
    "localHour('wake_up_time', 0)",
    "localHour('wake_up_time', 12)",
  ],
  ['in local hours', FILE, 'utc_offset_minutes * 60 else 0', '0 else 0'],
  [
    'null where the offset is unknown',
    FILE,
    'then utc_offset_minutes * 60',
    'then coalesce(utc_offset_minutes, 0) * 60',
  ],
  ['a wall clock is local already', FILE, "like '%Z' then utc", 'is not null then utc'],
  ['of a sample', FILE, '_known - 1)`', '_known)`'],
  [
    'a date without a row is a day',
    FILE,
    'past.number = counted.number - back.days',
    'past.number >= counted.number - back.days',
  ],
  ['steps a beat', FILE, 'steps / resting_heart_rate as', 'resting_heart_rate / steps as'],
  [
    'HRV a beat',
    FILE,
    'heart_rate_variability / resting_heart_rate as',
    'resting_heart_rate / heart_rate_variability as',
  ],
  ...(
    [
      ['sleep_duration_sd_30d', "deviation('sleep')", "deviation('rhr')"],
      ['sleep_duration_cv_30d', `\`\${deviation('sleep')} / sleep_mean\``, "deviation('sleep')"],
      ['bedtime_hour_sd_30d', "deviation('bedtime')", "deviation('sleep')"],
      ['wake_hour_mean_30d', "'wake_mean'", "'rhr_mean'"],
      ['rhr_sd_30d', "deviation('rhr')", "deviation('steps')"],
      ['rhr_mean_30d', "'rhr_mean'", "'steps_mean'"],
      ['steps_mean_30d', "'steps_mean'", "'rhr_mean'"],
      ['steps_cv_30d', `\`\${deviation('steps')} / steps_mean\``, "deviation('steps')"],
    ] as const
  ).map(([column, from, to]): OneOff => [`has ${column}`, FILE, `${column}: ${from}`, `${column}: ${to}`]),
];

/** What is computed when it is read. */
export const COMPOSITE_MUTANTS: readonly Mutant[] = SWITCHED_OFF.map((one) =>
  mutantsBelow('cli/src/mirror', 'composites', ['cli/src/mirror/composites.test.ts'])(...one),
);
