import { BEYOND_SCHEMAS } from '../../src/normalize/beyond-schemas.ts';
import type { ModelName } from '../../src/normalize/known-fields.ts';
import { LEFT_OUT } from './left-out.ts';
import { MODEL_NAMES, MODELS } from './models.ts';
import type { OtherColumn } from './other-columns.ts';

/**
 * What becomes of a field: a value of a table; samples that make one, or that `amy archive --samples` keeps one by one;
 * kept in `raw`; or left in the payload alone.
 */
export const PLACES = ['column', 'sample', 'raw', 'payload'] as const;

export type Account = { readonly place: (typeof PLACES)[number]; readonly words: string };

export type FieldsByModel = Readonly<Record<ModelName, readonly string[]>>;

/** What a model's fields give, rules first. */
export function readsOf(model: ModelName): readonly OtherColumn[] {
  const { rules, others } = MODELS[model];
  const byRule = Object.entries(rules).flatMap(([column, { sources }]) =>
    sources.map(({ paths, rule }) => ({ column, paths, rule: rule ?? '' })),
  );
  return [...byRule, ...others, ...samplesOf(model)];
}

/** What a model's fields give to the table of samples. */
export function samplesOf(model: ModelName): readonly OtherColumn[] {
  return Object.entries(MODELS[model].samples).flatMap(([metric, { sources }]) =>
    sources.map(({ paths, rule }) => ({ column: `samples.${metric}`, paths, rule: rule ?? '' })),
  );
}

/** What becomes of a field, null where nobody says it. */
export function accountOf(model: ModelName, path: string): Account | null {
  const columns = readsOf(model).flatMap(({ column, paths }) => (paths.includes(path) ? [column] : []));
  const { keptBelow } = MODELS[model];
  if (columns.length > 0) {
    const isSampled = samplesOf(model).some(({ paths }) => paths.includes(path));
    const isSample = path.includes('[]') && (keptBelow === null || isSampled);
    return { place: isSample ? 'sample' : 'column', words: [...new Set(columns)].join(', ') };
  }
  if (keptBelow !== null && path.startsWith(keptBelow)) {
    const isSamples = /_samples[^.]*\[\]/.test(path);
    return { place: 'raw', words: isSamples ? 'while the item is not over 64 KB' : 'as delivered' };
  }
  const [nearest] = LEFT_OUT[model]
    .filter(([above]) => isAtOrBelow(path, above))
    .toSorted(([a], [b]) => b.length - a.length);
  return nearest === undefined ? null : { place: 'payload', words: nearest[1] };
}

/** Fields that are read although the schemas lack them. */
export function beyondSchemas(model: ModelName): readonly string[] {
  return BEYOND_SCHEMAS.filter((one) => one.model === model).flatMap(({ paths }) => paths);
}

/** Whatever makes the account incomplete or untrue, in words; empty where every field has its place. */
export function problemsOf(fields: FieldsByModel): readonly string[] {
  return MODEL_NAMES.flatMap((model) => {
    const inSchema = new Set(fields[model]);
    const beyond = new Set(beyondSchemas(model));
    const read = new Set(readsOf(model).flatMap(({ paths }) => paths));
    const say = (paths: Iterable<string>, problem: string) =>
      [...paths].map((path) => `${model} ${path}: ${problem}`);
    return [
      ...say(
        [...inSchema].filter((path) => accountOf(model, path) === null),
        'nobody says what becomes of it',
      ),
      ...say(
        [...read].filter((path) => !inSchema.has(path) && !beyond.has(path)),
        'is read, but no schema has it',
      ),
      ...say(
        [...beyond].filter((path) => inSchema.has(path)),
        'is said to be in no schema, but is in one',
      ),
      ...say(
        [...beyond].filter((path) => !read.has(path)),
        'is said to be read, but is not',
      ),
      ...say(
        LEFT_OUT[model].map(([path]) => path).filter((above) => !leavesOut(model, above, fields[model])),
        'is said to be left out, but nothing is',
      ),
    ];
  });
}

function leavesOut(model: ModelName, above: string, fields: readonly string[]): boolean {
  const reasons = new Map(LEFT_OUT[model]);
  return fields.some((path) => {
    if (!isAtOrBelow(path, above)) return false;
    const account = accountOf(model, path);
    return account?.place === 'payload' && account.words === reasons.get(above);
  });
}

function isAtOrBelow(path: string, above: string): boolean {
  return path === above || path.startsWith(`${above}.`) || path.startsWith(`${above}[]`);
}
