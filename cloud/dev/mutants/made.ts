import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A guard that was found in the code, switched off: one line written otherwise. */
export type MadeMutant = {
  /** `cloud/src/store/sessions.ts:38: and revoked_at is null` */
  readonly guard: string;
  readonly file: string;
  /** Counted from 0. */
  readonly line: number;
  readonly to: string;
};

/** Gives the line without its guard, null where the line has none of this kind. */
type SwitchOff = (line: string) => string | null;

/**
 * Every guard that the code's own form gives away: a condition of SQL, a comparison with a limit, a request that is
 * refused early. A list kept by hand holds what somebody thought of; this one holds what is there.
 */
export function madeMutants(root: string): readonly MadeMutant[] {
  const limits = limitNames(readFileSync(join(root, 'cloud/src/limits.ts'), 'utf8'));
  return sourceFiles(join(root, 'cloud/src')).flatMap((path) => {
    const file = path.slice(root.length).replace(/^\//, '');
    const kinds = [
      ...(file.includes('/store/') ? [withoutCondition] : []),
      ...(basename(file) === 'limits.ts' ? [] : [withoutLimit(limits)]),
      ...(/\/(routes|middleware)\//.test(file) ? [withoutRefusal] : []),
    ];
    return guardsOf(file, readFileSync(path, 'utf8'), kinds);
  });
}

function guardsOf(file: string, source: string, kinds: readonly SwitchOff[]): readonly MadeMutant[] {
  const lines = source.split('\n');
  return lines.flatMap((text, line) => {
    if (/^\s*(\/\/|\*|\/\*)/.test(text)) return [];
    const to = kinds.map((switchOff) => switchOff(text)).find((made) => made !== null);
    return to === undefined || to === null
      ? []
      : [{ guard: `${file}:${line + 1}: ${text.trim()}`, file, line, to }];
  });
}

/**
 * `  and expires_at > ?2` becomes `  and (true or expires_at > ?2)`: the statement still has all of its parameters.
 * The condition that joins two tables (`on ...`) is none; one that goes on behind its line is left alone.
 */
export const withoutCondition: SwitchOff = (line) => {
  const found = /^(\s*)(where|and|or) (.+?)([`,;]*)$/.exec(line);
  if (found === null) return null;
  const [, indent = '', word = '', condition = '', end = ''] = found;
  if (!isBalanced(condition) || /^(true|false)$/.test(condition) || /\$\{$/.test(condition)) return null;
  // SQL's words only: `where (` of a sentence or of code has no comparison.
  if (!/[=<>]| is | in | exists | like /.test(condition) || /=>|===|!==|&&|\|\|/.test(condition)) return null;
  const constant = word === 'or' ? 'false and' : 'true or';
  return `${indent}${word} (${constant} (${condition}))${end}`;
};

/** `size > PAYLOAD_BYTES_MAX` becomes a comparison with what is never reached. */
function withoutLimit(limits: ReadonlySet<string>): SwitchOff {
  return (line) => {
    const found = /(?<![=<>])(>=|<=|>|<) ([A-Z][A-Z0-9_]+)\b/.exec(line);
    if (found === null || !limits.has(found[2] ?? '')) return null;
    const [text, comparison = ''] = found;
    const never = comparison.startsWith('>') ? 'Infinity' : '-Infinity';
    const at = found.index;
    return `${line.slice(0, at)}${comparison} ${never}${line.slice(at + text.length)}`;
  };
}

/** `if (file === null) return refuse(...)` becomes `if (false && (file === null)) return ...`. */
export const withoutRefusal: SwitchOff = (line) => {
  const start = /^\s*(\} else )?if \(/.exec(line)?.[0];
  if (start === undefined) return null;
  const end = closing(line, start.length);
  if (end === null) return null;
  const rest = line.slice(end);
  if (!/^\) (\{$|return\b|throw\b)/.test(rest)) return null;
  return `${start}false && (${line.slice(start.length, end)})${rest}`;
};

function limitNames(source: string): ReadonlySet<string> {
  return new Set([...source.matchAll(/^export const ([A-Z][A-Z0-9_]+)/gm)].map(([, name = '']) => name));
}

/** Where the bracket that was opened before `from` is closed, null where it is not closed in this line. */
function closing(line: string, from: number): number | null {
  let depth = 1;
  for (let at = from; at < line.length; at += 1) {
    if (line[at] === '(') depth += 1;
    if (line[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return null;
}

function isBalanced(text: string): boolean {
  const end = closing(`${text})`, 0);
  return end === text.length;
}

function sourceFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(name))
    .toSorted()
    .map((name) => join(folder, name));
}
