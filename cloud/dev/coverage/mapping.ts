import { BEYOND_SCHEMAS } from '../../src/normalize/beyond-schemas.ts';
import type { ModelName } from '../../src/normalize/known-fields.ts';
import type { ValueRule } from '../../src/normalize/value-rule.ts';
import { beyondSchemas } from './accounts.ts';
import { describeRange } from './describe-range.ts';
import { labSections } from './lab-mapping.ts';
import { LEFT_OUT } from './left-out.ts';
import { MODEL_NAMES, MODELS } from './models.ts';
import type { OtherColumn } from './other-columns.ts';
import { code, table } from './table.ts';

export const MAPPING_FILE = new URL('../../../docs/mapping.md', import.meta.url);

const INTRO = `# What is read from where

Made by \`npm run mapping\` from the rules that the code reads by; a test fails where the two differ. A path stands
inside one item of \`data[]\`. \`[]\` stands for any entry of an array. Of several
places of one value the first that knows it gives it. A value outside of what is plausible is stored as null with a
\`value_out_of_range\` trace; the payload keeps it (\`GET /v1/payloads/{id}\`). \`npm run coverage:fields\` says of every
field of Terra's published schemas what becomes of it.
`;

type Section = { readonly model: ModelName; readonly title: string; readonly about: string };

const SECTIONS: readonly Section[] = [
  {
    model: 'daily',
    title: 'daily: a row of daily_summary',
    about: 'Later events of a date win column by column; null never overwrites.',
  },
  {
    model: 'sleep',
    title: 'sleep: a row of sleep_sessions, and columns of daily_summary',
    about: `\`raw\` is the item as delivered; over 64 KB without its \`*_samples\`. Seconds are kept with the session. The main session of a
date gives \`daily_summary\` its durations as a unit: \`sleep_minutes\` is asleep_seconds / 60, else deep, REM and light
together; \`deep_\`, \`rem_\`, \`light_sleep_minutes\`, \`awake_minutes\`, \`time_in_bed_minutes\` and \`sleep_latency_minutes\` are
their seconds / 60; each \`*_percent\` is of the four stages together, where all are known. \`nap_minutes\` is the time
asleep of the date's naps. The other values come from the longest session that knows them.`,
  },
  {
    model: 'activity',
    title: 'activity: a row of activities',
    about: '`raw` is the item as delivered; over 64 KB without its `*_samples`.',
  },
  {
    model: 'body',
    title: 'body: rows of biomarkers_raw, source `<provider>_body`',
    about: `Each value is a row of its own, under its code. \`raw\` holds all samples of the code in the item, in Terra's unit;
\`measured_at\` is the time of the one sample that gave the value: an average has none. Items of a date are ordered by
their event.`,
  },
];

/** docs/mapping.md. */
export function mappingText(): string {
  const sections = SECTIONS.map(({ model, title, about }) => {
    const { rules, others } = MODELS[model];
    return `## ${title}\n\n${about}\n\n${ruleTable(rules)}\n\nBeside them:\n\n${otherTable(others)}\n`;
  });
  return [
    INTRO,
    ...sections,
    samplesSection(),
    ...labSections((columns) => otherTable(columns, labPath)),
    leftOutSection(),
    beyondSection(),
  ].join('\n');
}

function ruleTable(rules: Readonly<Record<string, ValueRule>>): string {
  const rows = Object.entries(rules).flatMap(([column, { unit, sources }]) =>
    sources.map(({ paths, range, rule, method }, place) => [
      place === 0 ? code(column) : '',
      place === 0 ? unit : '',
      `${sources.length > 1 ? `${place + 1}. ` : ''}${paths.map(code).join(', ')}`,
      describeRange(range),
      [rule, method === null ? null : `method: ${method}`].filter((words) => words !== null).join('; '),
    ]),
  );
  return table(['value', 'unit', 'from', 'plausible', 'rule'], rows);
}

function samplesSection(): string {
  const rows = MODEL_NAMES.flatMap((model) =>
    Object.entries(MODELS[model].samples).flatMap(([metric, { unit, sources }]) =>
      sources.map(({ paths, range, rule }, place) => [
        place === 0 ? code(metric) : '',
        place === 0 ? model : '',
        place === 0 ? unit : '',
        `${sources.length > 1 ? `${place + 1}. ` : ''}${paths.map(code).join(', ')}`,
        describeRange(range),
        rule ?? '',
      ]),
    ),
  );
  return `## Samples: rows of \`samples\` in a person's own file

The server keeps these at most inside of \`raw\`. \`amy archive --samples\` reads them from the person's own archive by the same
rules: the first path is the value, the next its time. A value outside of what is plausible is left out. Of several places
with a value of one time the first counts. Which revision counts is told in [archive.md](archive.md).

${table(['metric', 'event', 'unit', 'from', 'plausible', 'rule'], rows)}
`;
}

function otherTable(others: readonly OtherColumn[], shown: (path: string) => string = code): string {
  const rows = others.map(({ column, paths, rule }) => [column, paths.map(shown).join(', '), rule]);
  return table(['column', 'from', 'rule'], rows);
}

function leftOutSection(): string {
  const rows = MODEL_NAMES.flatMap((model) =>
    LEFT_OUT[model].map(([path, reason]) => [model, code(path), reason]),
  );
  return `## What has no place in a table

What stands below one of these and is not named above is in the payload alone. Of sleeps, activities and single lab
results nothing is: \`raw\` keeps it.

${table(['model', 'field', 'why'], rows)}
`;
}

function beyondSection(): string {
  const rows = BEYOND_SCHEMAS.map(({ model, reason, paths }) => [
    model,
    paths.map(model === 'lab_report' ? labPath : code).join(', '),
    reason,
  ]);
  const count = MODEL_NAMES.reduce((sum, model) => sum + beyondSchemas(model).length, 0);
  return `## What is read beyond the published schemas

${count} fields.

${table(['model', 'fields', 'why'], rows)}
`;
}

/** Most paths of a report stand inside a result, which need not be said each time. */
function labPath(path: string): string {
  const inResult = path.replace('data.results[].', '');
  return inResult === path ? `event ${code(path)}` : code(inResult);
}
