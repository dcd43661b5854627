import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('../../src', import.meta.url));
const files = globSync('**/*.ts', { cwd: source }).filter((file) => !/\.(test|fixture)\.ts$/.test(file));
const text = (file: string) => readFileSync(join(source, file), 'utf8');

/** Statements of whatever a caller names; every other function names what its statement is of. */
const MAKERS = ['store/statements.ts', 'store/row-sets.ts'];

/** Name, parameters and result of each function of a file. */
function functionsOf(file: string): readonly (readonly [name: string, parameters: string, result: string])[] {
  const found = text(file).matchAll(
    /^(?:export )?(?:async )?function (\w+)\(([\s\S]*?)\n?\): ([^{]*?) \{$/gm,
  );
  return Array.from(found, ([, name = '', parameters = '', result = '']) => [name, parameters, result]);
}

describe('SQL', () => {
  it('is made by what is named ...Statement, and run by what is given the database', () => {
    const functions = files
      .filter((file) => file.startsWith('store/') && !MAKERS.includes(file))
      .flatMap(functionsOf);
    expect(functions.length).toBeGreaterThan(90);
    const misnamed = functions.filter(([name, parameters, result]) => {
      const makes = /\bStatement\b/.test(result);
      const runs = /\bD1Database\b|\benv: Env\b/.test(parameters);
      const isNamedSo = /Statements?$/.test(name);
      const isRead = /^(read|write)[A-Z]/.test(name);
      return makes !== isNamedSo || (makes && runs) || (isRead && !runs);
    });
    expect(misnamed.map(([name]) => name)).toEqual([]);
  });

  it('counts no position of a bound row by hand', () => {
    const counting = files.filter((file) => file.startsWith('store/') && /->>\s*\d/.test(text(file)));
    expect(counting).toEqual([]);
  });
});
