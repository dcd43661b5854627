import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { renderCompletion } from '../src/commands/completion.ts';
import { VALUES } from '../src/commands/completion-places.ts';
import { buildProgram } from '../src/program.ts';
import { completionsIn, needsShell, SHELLS } from './support/shells.ts';
import { temporaryFolder } from './support/temporary.ts';

const COMMON = ['--db', '--help', '--insecure', '--json', '--url', '--utc'];
const LABS = ['delete', 'file', 'list', 'retry', 'show', 'upload'];

/** A line, and what every shell has to offer at its end. */
const LINES: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ['amy sy', ['sync']],
  ['amy labs ', LABS],
  ['amy labs show 3f25 --', COMMON],
  ['amy labs file 3f25 --o', ['--output']],
  ['amy labs upload r', ['report.pdf']],
  ['amy --db rep', ['report.pdf']],
  ['amy --db report.pdf sta', ['status']],
  ['amy --url https://amy.test:8787 --json lab', ['labs']],
  ['amy --url=https://amy.test:8787 lab', ['labs']],
  ['amy sources order --for nig', ['night']],
  ['amy sources order garmin --for heart_rate_v', ['heart_rate_variability']],
  ['amy sources order garmin our', ['oura']],
  ['amy export ', ['csv', 'doctor', 'fhir', 'ndjson', 'parquet']],
  ['amy export parquet --da', ['--days']],
  ['amy connect --provider oura gar', ['garmin']],
  ['amy admin search --state par', ['parked', 'partial']],
  ['amy admin import --', [...COMMON, '--days']],
  ['amy explain 2026-07-01 resting', ['resting_heart_rate']],
  ['amy help ex', ['exit-codes', 'explain', 'export']],
  ['amy help labs ', LABS],
  ['amy labs list nothing ', [...COMMON]],
  ['amy sessions rename 3f25 --', COMMON],
];

/** What a shell could take for more than text. */
const ODD = 'it\'s "so": a \\b $HOME `id` $(id) 100%s';

describe.each(SHELLS)('completion in %s', (shell) => {
  it(
    'knows commands, options, values and files, and shows a meaning as it is written',
    needsShell(shell),
    async () => {
      const program = await buildProgram();
      program.command('odd').description(ODD).option('--even <file>', ODD);
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'report.pdf'), '');
      const lines = [...LINES.map(([line]) => line), 'amy od', 'amy odd --ev'];
      const offered = completionsIn(shell, renderCompletion(program, shell).join('\n'), lines, folder);
      const told = shell === 'bash' ? '' : `\t${ODD}`;
      expect(offered.slice(LINES.length)).toEqual([[`odd${told}`], [`--even${told}`]]);
      expect(LINES.map(([line], at) => [line, offered[at]?.map((word) => word.split('\t')[0])])).toEqual(
        LINES.map(([line, words]) => [line, words.toSorted()]),
      );
    },
  );
});

it('has values for what there is alone', async () => {
  const program = await buildProgram();
  const isThere = (place: string) => {
    const words = place.split(' ');
    const named = words.pop();
    const command = words.reduce<Command | undefined>(
      (found, word) => found?.commands.find((one) => one.name() === word),
      program,
    );
    const names = [
      ...(command?.options ?? []).map(({ long }) => long),
      ...(command?.registeredArguments ?? []).map((one) => one.name()),
    ];
    return names.some((one) => one === named);
  };
  expect(Object.keys(VALUES).filter((place) => !isThere(place))).toEqual([]);
});
