import { HEART_SUMMARY } from './heart-summary.ts';
import {
  AMOUNT,
  BREATHS_PER_MINUTE,
  type Range,
  SCORE,
  SKIN_TEMPERATURE_DELTA,
  SLEEP_SECONDS,
  SPO2_PERCENT,
} from './ranges.ts';
import { knownDurations, type SleepDurations } from './sleep-durations.ts';
import { computed, field, type ValueRule, type ValueSource } from './value-rule.ts';

/** Some send it as a fraction. */
const EFFICIENCY_PERCENT: Range = { low: 0, high: 100, fraction: true };
/** Terra's `RecoveryLevel` labels end here; anything above is a score that was put in the label's field. */
const RECOVERY_LABEL_MAX = 6;

const DURATIONS = 'sleep_durations_data';

const DURATION_PATHS = {
  asleep_seconds: `${DURATIONS}.asleep.duration_asleep_state_seconds`,
  deep_seconds: `${DURATIONS}.asleep.duration_deep_sleep_state_seconds`,
  rem_seconds: `${DURATIONS}.asleep.duration_REM_sleep_state_seconds`,
  light_seconds: `${DURATIONS}.asleep.duration_light_sleep_state_seconds`,
  awake_seconds: `${DURATIONS}.awake.duration_awake_state_seconds`,
} as const satisfies Record<keyof SleepDurations, string>;

const NO_TIME_ASLEEP = 'unless it is 0 beside stages';
const NO_STAGE = 'unless deep, REM and light are all 0 beside a time asleep';

/** A duration, unless what stands beside it shows that its 0 means unknown. */
function duration(name: keyof SleepDurations, rule: string): ValueRule {
  const path = DURATION_PATHS[name];
  const delivered = field(path, SLEEP_SECONDS);
  const source = computed([path], SLEEP_SECONDS, rule, (fields, provider) => {
    const reading = delivered.read(fields, provider);
    if (reading === null) return null;
    const beside = fields.quiet();
    const seconds = (one: keyof SleepDurations) => beside.number(DURATION_PATHS[one], SLEEP_SECONDS);
    const known = knownDurations({
      asleep_seconds: seconds('asleep_seconds'),
      deep_seconds: seconds('deep_seconds'),
      rem_seconds: seconds('rem_seconds'),
      light_seconds: seconds('light_seconds'),
      awake_seconds: seconds('awake_seconds'),
    });
    return known[name] === null ? null : reading;
  });
  return { unit: 's', sources: [source] };
}

const LEVEL_OR_LABEL = field('readiness_data.recovery_level', SCORE);

const RECOVERY_LEVEL: ValueSource = computed(
  LEVEL_OR_LABEL.paths,
  SCORE,
  `if it is above ${RECOVERY_LABEL_MAX}: up to there it is a label`,
  (fields, provider) => {
    const level = LEVEL_OR_LABEL.read(fields, provider);
    return level !== null && level.value > RECOVERY_LABEL_MAX ? level : null;
  },
);

/**
 * What one item of a `sleep` event says of its session. Durations stay seconds here: minutes, percents and missing
 * totals are made of what all revisions of a session say together.
 */
export const SLEEP_RULES = {
  asleep_seconds: duration('asleep_seconds', NO_TIME_ASLEEP),
  deep_seconds: duration('deep_seconds', NO_STAGE),
  rem_seconds: duration('rem_seconds', NO_STAGE),
  light_seconds: duration('light_seconds', NO_STAGE),
  awake_seconds: duration('awake_seconds', `${NO_STAGE} and it is 0 too`),
  in_bed_seconds: {
    unit: 's',
    sources: [field(`${DURATIONS}.other.duration_in_bed_seconds`, SLEEP_SECONDS)],
  },
  sleep_efficiency: { unit: '%', sources: [field(`${DURATIONS}.sleep_efficiency`, EFFICIENCY_PERCENT)] },
  latency_seconds: { unit: 's', sources: [field(`${DURATIONS}.awake.sleep_latency_seconds`, SLEEP_SECONDS)] },
  awakenings: { unit: '1', sources: [field(`${DURATIONS}.awake.num_wakeup_events`, AMOUNT)] },
  ...HEART_SUMMARY,
  spo2: {
    unit: '%',
    sources: [field('respiration_data.oxygen_saturation_data.avg_saturation_percentage', SPO2_PERCENT)],
  },
  respiratory_rate: {
    unit: '/min',
    sources: [field('respiration_data.breaths_data.avg_breaths_per_min', BREATHS_PER_MINUTE)],
  },
  skin_temperature: { unit: 'Cel', sources: [field('temperature_data.delta', SKIN_TEMPERATURE_DELTA)] },
  sleep_score: {
    unit: '1',
    sources: [field('scores.sleep', SCORE), field('data_enrichment.sleep_score', SCORE)],
  },
  recovery_score: {
    unit: '1',
    sources: [
      field('readiness_data.readiness', SCORE),
      field('data_enrichment.readiness_score', SCORE),
      RECOVERY_LEVEL,
    ],
  },
} as const satisfies Readonly<Record<string, ValueRule>>;
