import { readdirSync, readFileSync } from 'node:fs';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));

/** What leads to a terminal past the writer. */
const PAST_THE_WRITER =
  /\bprocess\s*(?:\.|\[\W*)\s*std(?:out|err)\b|\bconsole\b|\bstd(?:out|err)\b.*\bfrom 'node:|\/dev\/tty/;

function isPast(text: string): boolean {
  return PAST_THE_WRITER.test(text);
}

it('is the only way to a terminal: no other room knows stdout, stderr or a console', () => {
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => name.split(sep).join('/'))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.startsWith('terminal/'));
  expect(sources).toContain('commands/connections.ts');
  expect(sources.filter((name) => isPast(readFileSync(root + name, 'utf8')))).toEqual([]);
});

it('would be told of another way', () => {
  const others = [
    'process.stdout.write(text)',
    "process['stderr'].write(text)",
    'const { stdout } = process; console.log(text)',
    "import { stdout } from 'node:process'",
  ];
  expect(others.filter((text) => !isPast(text))).toEqual([]);
  expect(isPast("// goes to stdout: stdout holds the file, '- for stdout'")).toBe(false);
});
