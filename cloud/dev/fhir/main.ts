import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validateBundle } from './validate.ts';

/**
 * `npm run fhir -- FILE`: what a validator says of a Bundle, such as one of `amy export fhir`. Without a file it is that
 * of the demo person, whom `npm start` brings into `data/local/persona.sqlite`. Exits 1 where something is wrong, and 2
 * where there is no file.
 */

const root = fileURLToPath(new URL('../../..', import.meta.url));
const demo = join(root, 'data', 'local', 'persona.sqlite');

function main([named]: readonly string[]): number {
  if (named !== undefined) {
    if (existsSync(named)) return tell(named);
    console.error(`there is no file ${named}`);
    return 2;
  }
  if (!existsSync(demo)) {
    console.error(
      'there is no demo person yet: run `npm start -- --once`, or name a file: `npm run fhir -- FILE`',
    );
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'amy-fhir-'));
  try {
    const bundle = join(folder, 'bundle.fhir.json');
    const amy = join(root, 'cli', 'bin', 'amy.js');
    const { status, stderr } = spawnSync(
      process.execPath,
      [amy, 'export', 'fhir', '--db', demo, '--out', bundle],
      { encoding: 'utf8' },
    );
    if (status !== 0) {
      console.error(stderr.trimEnd());
      return 1;
    }
    console.log(`the demo person of ${relative(process.cwd(), demo)}`);
    return tell(bundle);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tell(path: string): number {
  const { counts, profiles, issues } = validateBundle(readFileSync(path, 'utf8'));
  const list = (counted: ReadonlyMap<string, number>) =>
    [...counted].map(([name, count]) => `${count.toLocaleString('en')} ${name}`).join(', ');
  console.log(`resources: ${list(counts)}`);
  console.log(`profiles of vital signs: ${list(profiles)}`);
  for (const issue of issues.slice(0, 20)) console.log(issue);
  console.log(`${issues.length} issues by the structure definitions of FHIR R4`);
  return issues.length > 0 ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));
