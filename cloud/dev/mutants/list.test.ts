import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MUTANTS } from './list.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

describe('the list of guards', () => {
  it.each(MUTANTS)('is where the code is: $guard', ({ file, from, tests }) => {
    expect(readFileSync(join(root, file), 'utf8').split(from)).toHaveLength(2);
    expect(tests.filter((test) => !existsSync(join(root, test)))).toEqual([]);
  });
});
