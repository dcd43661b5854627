import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

const FOLDER = fileURLToPath(new URL('../../docs/examples/', import.meta.url));

/** A Python that has the packages; the machine's own where none is named. */
const PYTHON = process.env.AMY_PYTHON ?? 'python3';

const datasette = z.object({
  databases: z.object({
    persona: z.object({ queries: z.record(z.string(), z.object({ sql: z.string() })) }),
  }),
});

/** A file of docs/examples/ that reads the local file, and the statements that it asks SQLite. */
export type Recipe = { readonly file: string; readonly statements: readonly string[] };

/** In a Python file every text in three double quotes that begins with select; in DuckDB's own SQL they are single. */
export function readRecipes(): readonly Recipe[] {
  return readdirSync(FOLDER)
    .filter((file) => /\.(py|yaml)$/.test(file))
    .map((file) => {
      const text = readFileSync(FOLDER + file, 'utf8');
      return {
        file,
        statements: file.endsWith('.py') ? statementsOfPython(text) : statementsOfDatasette(text),
      };
    });
}

function statementsOfPython(text: string): readonly string[] {
  const quoted = [...text.matchAll(/"""\s*(select\s[\s\S]*?)"""/g)].map(([, sql]) => sql ?? '');
  const called = [...text.matchAll(/read_sql\("(select\s[^"]*)"/g)].map(([, sql]) => sql ?? '');
  return [...quoted, ...called];
}

function statementsOfDatasette(text: string): readonly string[] {
  return Object.values(datasette.parse(parse(text)).databases.persona.queries).map(({ sql }) => sql);
}

/** What a recipe prints of a file; null where this machine lacks what it needs. */
export function runRecipe({ file }: Recipe, mirror: string): string | null {
  if (!file.endsWith('.py')) return runDatasette(file, mirror);
  const packages = [...readFileSync(FOLDER + file, 'utf8').matchAll(/^import (pandas|duckdb)\b/gm)];
  const imports = packages.map(([, name]) => `import ${name}`).join('\n');
  if (spawnSync(PYTHON, ['-c', imports]).status !== 0) return null;
  return told(spawnSync(PYTHON, [FOLDER + file, mirror], { encoding: 'utf8' }));
}

function runDatasette(file: string, mirror: string): string | null {
  if (spawnSync('datasette', ['--version']).status !== 0) return null;
  const { queries } = datasette.parse(parse(readFileSync(FOLDER + file, 'utf8'))).databases.persona;
  const answers = Object.keys(queries).map((name) =>
    told(
      spawnSync(
        'datasette',
        ['--metadata', FOLDER + file, '--nolock', mirror, '--get', `/persona/${name}.json?_shape=array`],
        { encoding: 'utf8' },
      ),
    ),
  );
  return answers.join('\n');
}

function told({ status, stdout, stderr }: { status: number | null; stdout: string; stderr: string }): string {
  if (status !== 0) throw new Error(`a recipe ended with ${status}: ${stderr}`);
  return stdout;
}
