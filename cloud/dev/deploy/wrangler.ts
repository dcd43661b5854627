import { execFile } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { wranglerEnvironment, wranglerProgram } from '../local/built-worker.ts';

/** How a wrangler command ended. */
export type Ran = {
  readonly code: number;
  readonly stdout: string;
  /** All that it said, for people: without colours and pictures. */
  readonly words: string;
};

/** Runs one wrangler command to its end. It is asked nothing: its questions are answered by their defaults. */
export type Wrangler = (
  args: readonly string[],
  environment?: Readonly<Record<string, string>>,
) => Promise<Ran>;

const OUTPUT_BYTES_MAX = 20_000_000;

/**
 * The wrangler of this repository. `AMY_WRANGLER` in the environment names another program that runs in its place, for
 * tests. Variables named in `without` are kept from it.
 */
export function wranglerIn(
  root: string,
  environment: NodeJS.ProcessEnv,
  without: readonly string[],
): Wrangler {
  const program = environment.AMY_WRANGLER || wranglerProgram(root);
  const given = Object.fromEntries(Object.entries(environment).filter(([name]) => !without.includes(name)));
  return (args, more = {}) =>
    new Promise((resolve) => {
      execFile(
        process.execPath,
        [program, ...args],
        { cwd: root, env: { ...wranglerEnvironment(given), ...more }, maxBuffer: OUTPUT_BYTES_MAX },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
          resolve({ code, stdout, words: plain(`${stdout}\n${stderr}`) });
        },
      ).stdin?.end();
    });
}

function plain(output: string): string {
  const lines = stripVTControlCharacters(output).split('\n');
  return lines
    .map((line) => line.trimEnd())
    .filter((line) => line.trim() !== '' && !line.includes('Logs were written to'))
    .join('\n');
}
