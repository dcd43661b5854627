import { ACTIVITY_RULES } from '../../src/normalize/activity-rules.ts';
import { BODY_RULES, type BodyRule } from '../../src/normalize/body-rules.ts';
import { DAILY_RULES } from '../../src/normalize/daily-rules.ts';
import type { ModelName } from '../../src/normalize/known-fields.ts';
import { SAMPLE_RULES, type SampleRule } from '../../src/normalize/sample-rules.ts';
import { SLEEP_RULES } from '../../src/normalize/sleep-rules.ts';
import type { ValueRule } from '../../src/normalize/value-rule.ts';
import { LAB_COLUMNS } from './lab-columns.ts';
import {
  ACTIVITY_COLUMNS,
  BODY_COLUMNS,
  DAILY_COLUMNS,
  type OtherColumn,
  SLEEP_COLUMNS,
} from './other-columns.ts';

export const MODEL_NAMES = [
  'daily',
  'sleep',
  'activity',
  'body',
  'lab_report',
] as const satisfies readonly ModelName[];

/** A model of Terra's and how it is read. */
export type Model = {
  /** The file of its published schema. */
  readonly schema: string;
  readonly rules: Readonly<Record<string, ValueRule>>;
  readonly others: readonly OtherColumn[];
  /** What a person's own file takes of it into its table of samples. */
  readonly samples: Readonly<Record<string, SampleRule>>;
  /** Below this path everything is kept in the column `raw` of its row; null where rows keep no item. */
  readonly keptBelow: string | null;
};

export const MODELS: Readonly<Record<ModelName, Model>> = {
  daily: {
    schema: 'Daily.yaml',
    rules: DAILY_RULES,
    others: DAILY_COLUMNS,
    samples: SAMPLE_RULES.daily,
    keptBelow: null,
  },
  sleep: {
    schema: 'Sleep.yaml',
    rules: SLEEP_RULES,
    others: SLEEP_COLUMNS,
    samples: SAMPLE_RULES.sleep,
    keptBelow: '',
  },
  activity: {
    schema: 'Activity.yaml',
    rules: ACTIVITY_RULES,
    others: ACTIVITY_COLUMNS,
    samples: SAMPLE_RULES.activity,
    keptBelow: '',
  },
  body: {
    schema: 'Body.yaml',
    rules: BODY_RULES,
    others: [...BODY_COLUMNS, ...sampleColumns(BODY_RULES)],
    samples: SAMPLE_RULES.body,
    keptBelow: null,
  },
  lab_report: {
    schema: 'LabReportCompletedEvent.yaml',
    rules: {},
    others: LAB_COLUMNS,
    samples: {},
    keptBelow: 'data.results[].',
  },
};

/** Of the samples of a code the value and the time, both of which are kept; what one sample gives has its time too. */
function sampleColumns(rules: Readonly<Record<string, BodyRule>>): readonly OtherColumn[] {
  return Object.entries(rules).flatMap(([code, { samples }]) =>
    samples.map(({ array, field, timeField }) => ({
      column: `${code} (raw)`,
      paths: [`${array}[].${field}`, `${array}[].${timeField}`],
      rule: 'all samples of the item, each with its time',
    })),
  );
}
