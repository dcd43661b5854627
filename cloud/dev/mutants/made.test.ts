import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { likelyTests } from './likely-tests.ts';
import { madeMutants, withoutCondition, withoutRefusal } from './made.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

describe('guards that the code gives away', () => {
  it.each([
    ['  and expires_at > ?2', '  and (true or (expires_at > ?2))'],
    ['where u.clock is not f.seen', 'where (true or (u.clock is not f.seen))'],
    ["or state = 'open'`,", "or (false and (state = 'open'))`,"],
    ['  and (next_at is null or next_at <= ?1)', '  and (true or ((next_at is null or next_at <= ?1)))'],
  ])('%j is a condition', (line, without) => {
    expect(withoutCondition(line)).toBe(without);
  });

  it.each([
    'where true',
    '  and exists (select 1',
    'or a sentence that says something',
    '  && size > 3',
    'where r.id = ?1 or ${',
  ])('%j is no condition', (line) => {
    expect(withoutCondition(line)).toBeNull();
  });

  it.each([
    ['  if (!isWithin) throw rateLimited();', '  if (false && (!isWithin)) throw rateLimited();'],
    ['  if (answer(one).state === 2) {', '  if (false && (answer(one).state === 2)) {'],
  ])('%j refuses', (line, without) => {
    expect(withoutRefusal(line)).toBe(without);
  });

  it('are many, of every kind, each a line of the code that becomes another', () => {
    const made = madeMutants(root);
    expect(made.length).toBeGreaterThan(200);
    expect(made.filter(({ to }) => to.includes('Infinity')).length).toBeGreaterThan(5);
    for (const { file, line, to, guard } of made) {
      const text = readFileSync(join(root, file), 'utf8').split('\n')[line] ?? '';
      expect(guard).toBe(`${file}:${line + 1}: ${text.trim()}`);
      expect(to).not.toBe(text);
    }
  });

  it('are tried with the tests of their own subject first', () => {
    expect(likelyTests(root, 'cloud/src/middleware/rate-limit.ts')).toContain(
      'cloud/test/rate-limits.test.ts',
    );
    expect(likelyTests(root, 'cloud/src/store/catch-ups.ts')).toContain('cloud/src/store/silences.test.ts');
  });
});
