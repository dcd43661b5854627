import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fieldLines, fieldPaths } from '../../src/normalize/field-list.ts';
import type { ModelName } from '../../src/normalize/known-fields.ts';
import { KNOWN_FIELDS } from '../../src/normalize/known-fields.ts';
import { accountOf, type FieldsByModel, PLACES, problemsOf } from './accounts.ts';
import { MODEL_NAMES, MODELS } from './models.ts';
import { schemaPaths } from './schema-paths.ts';

const LIST = new URL('../../src/normalize/known-fields.ts', import.meta.url);

const { values } = parseArgs({
  options: { schemas: { type: 'string' }, write: { type: 'boolean', default: false } },
});

const kept = await byModel(async (model) => fieldPaths(KNOWN_FIELDS[model]));
const folder = values.schemas;
const fields =
  folder === undefined ? kept : await byModel((model) => schemaPaths(folder, MODELS[model].schema));

for (const model of MODEL_NAMES) {
  for (const path of fields[model]) {
    const account = accountOf(model, path);
    console.log([model, path, account?.place ?? 'NOWHERE', account?.words ?? ''].join('\t'));
  }
}
for (const line of counts(fields)) console.log(line);

const isOld = MODEL_NAMES.some((model) => fieldLines(fields[model]) !== fieldLines(kept[model]));
if (isOld && values.write) await writeFile(LIST, listModule(fields));
const problems = [
  ...problemsOf(fields),
  ...(isOld && !values.write ? [`${fileURLToPath(LIST)} differs from the schemas: --write renews it`] : []),
];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

function counts(of: FieldsByModel): readonly string[] {
  return MODEL_NAMES.map((model) => {
    const places = of[model].map((path) => accountOf(model, path)?.place ?? 'NOWHERE');
    const told = [...PLACES, 'NOWHERE'].map(
      (place) => `${place} ${places.filter((one) => one === place).length}`,
    );
    return `${model}: ${of[model].length} fields: ${told.join(', ')}`;
  });
}

async function byModel(read: (model: ModelName) => Promise<readonly string[]>): Promise<FieldsByModel> {
  const [daily = [], sleep = [], activity = [], body = [], lab_report = []] = await Promise.all(
    MODEL_NAMES.map(read),
  );
  return { daily, sleep, activity, body, lab_report };
}

function listModule(of: FieldsByModel): string {
  const lists = MODEL_NAMES.map((model) => `  ${model}: \`\n${fieldLines(of[model])}\n\`,\n`);
  return `/**
 * Every field that Terra's published schemas have, by model: an object on each line, its fields behind it. \`[]\` stands
 * for the entries of an array, \`*\` for the keys of a map. Made by
 * \`npm run coverage:fields -- --schemas <folder> --write\`.
 */
export const KNOWN_FIELDS = {
${lists.join('')}} as const;

export type ModelName = keyof typeof KNOWN_FIELDS;
`;
}
