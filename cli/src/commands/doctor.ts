import { dirname } from 'node:path';
import type { Command } from 'commander';
import { AmyError } from '../errors.ts';
import { DISK_FREE_LEAST_BYTES } from '../limits.ts';
import { databasePath } from '../settings.ts';
import { isAgreed } from '../terminal/confirm.ts';
import { renderCounted } from '../terminal/counts.ts';
import { type Lines, noticeScreen, showAnswer, writeNotice } from '../terminal/output.ts';
import { type CommandContext, contextOf } from './context.ts';
import { checkDisk, checkPermissions } from './doctor-disk.ts';
import { checkFile } from './doctor-file.ts';
import { type Finding, mended } from './doctor-finding.ts';
import { checkSignIn, checkSignInFile } from './doctor-sign-in.ts';

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('look for what is wrong with the sign-in, the server and the file')
    .option('--fix', 'mend what can be mended here, without asking')
    .action((options: { readonly fix?: boolean }, command: Command) =>
      runDoctor(contextOf(command), options.fix ?? false),
    );
}

async function runDoctor(context: CommandContext, fix: boolean): Promise<void> {
  const screen = context.json ? null : noticeScreen();
  screen?.draw('looking at everything ...');
  const found = await examine(context, Date.now()).finally(() => screen?.draw(''));
  const mendable = found.filter(({ mend }) => mend !== null);
  const isMending = mendable.length > 0 && (fix || (await isMendingAgreed(context, mendable)));
  const findings: Finding[] = [];
  // One after the other: two may be about one file.
  for (const finding of found) findings.push(isMending ? await mended(finding) : finding);
  const wrongs = findings.filter(({ state }) => state === 'wrong').length;
  showAnswer(
    context.json,
    { well: wrongs === 0, checks: findings.map(findingDocument) },
    renderFindings(findings),
  );
  if (wrongs > 0)
    throw new AmyError(
      'not_well',
      `${renderCounted(wrongs, 'thing is', 'things are')} wrong; see above what to do`,
    );
}

/** The file is looked at before anything opens it to write, which would make it private. */
async function examine(context: CommandContext, nowMs: number): Promise<readonly Finding[]> {
  const path = context.databasePath;
  const isOwnPlace = path === databasePath(undefined, process.env);
  const permissions = checkPermissions(path, isOwnPlace ? dirname(path) : null);
  const signInFile = checkSignInFile(context);
  const { findings, person } = await checkSignIn(context, nowMs);
  const file = checkFile(context, person, nowMs);
  return [signInFile, ...findings, ...file, permissions, checkDisk(path, DISK_FREE_LEAST_BYTES)];
}

/** Nobody is asked in a script, nor with `--json`. */
async function isMendingAgreed(context: CommandContext, mendable: readonly Finding[]): Promise<boolean> {
  if (context.json || !process.stdin.isTTY) return false;
  writeNotice(mendable.map(({ message }) => message));
  return isAgreed('Mend this now?', 'to mend it, add --fix');
}

function findingDocument({ check, state, message, remedy }: Finding): Record<string, unknown> {
  return { check, state, message, remedy };
}

function renderFindings(findings: readonly Finding[]): Lines {
  return findings.map(({ check, state, message, remedy }) => {
    const told = remedy === null ? message : `${message}; ${remedy}`;
    return `${WORDS[state].padEnd(6)}  ${check}: ${told}`;
  });
}

const WORDS = { ok: 'ok', wrong: 'WRONG', mended: 'mended', skipped: '-' } as const;
