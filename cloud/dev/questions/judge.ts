import { isDeepStrictEqual } from 'node:util';

/** What a client got for one call. */
export type Told = unknown;

/**
 * What stands at a path: members by name, `[0]` by place, `[source=oura]` the entry that has it, `[*]` of every entry.
 * `1:` before it means the second call. Undefined where nothing stands.
 */
export function readPath(answers: readonly Told[], path: string): unknown {
  const [, call, rest = path] = /^(\d):(.*)$/.exec(path) ?? [];
  const steps = rest.match(/[^.[\]]+(?=[.[]|$)|\[[^\]]+\]/g) ?? [];
  return follow(call === undefined ? answers.at(-1) : answers[Number(call)], steps);
}

function follow(found: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined || found === null || found === undefined) return found;
  if (step === '[*]') return list(found).map((one) => follow(one, rest));
  const [, name, wanted] = /^\[(\w+)=(.*)\]$/.exec(step) ?? [];
  if (name !== undefined) {
    return follow(
      list(found).find((one) => String(member(one, name)) === wanted),
      rest,
    );
  }
  return follow(member(found, step.replace(/^\[(.*)\]$/, '$1')), rest);
}

function list(found: unknown): readonly unknown[] {
  return Array.isArray(found) ? found : [];
}

function member(found: unknown, name: string): unknown {
  return Object.hasOwn(Object(found), name) ? Reflect.get(Object(found), name) : undefined;
}

/** How far two numbers may differ that are the same but for rounding. */
const ROUNDING = 0.000_51;

export function isAsExpected(read: unknown, expected: unknown): boolean {
  if (expected instanceof RegExp) return typeof read === 'string' && expected.test(read);
  if (typeof expected === 'number' && typeof read === 'number') return Math.abs(read - expected) < ROUNDING;
  return isDeepStrictEqual(read, expected);
}

/** Numbers that say how much is known, and nothing of the person. */
const COUNTS = new Set([
  ...['known_days', 'results', 'exact_numbers', 'bounds', 'out_of_range', 'nights_known', 'days', 'samples'],
  ...['days_with_a_nap', 'known', 'days_asked', 'days_with_data'],
]);

/** What each source says for itself may be told where they cannot be taken together, and a reference range always. */
const APART = new Set(['by_source', 'ref_low', 'ref_high']);

/** Figures in an answer that is to have none, by their paths. */
export function figuresIn(found: unknown, path = ''): readonly string[] {
  if (typeof found === 'number') return [path];
  if (found === null || typeof found !== 'object') return [];
  return Object.entries(found).flatMap(([name, value]) => {
    const isLeft = APART.has(name) || COUNTS.has(name);
    return isLeft ? [] : figuresIn(value, `${path}.${name}`);
  });
}
