import { type Mutant, mutantsBelow } from './mutant.ts';

const mutant = mutantsBelow('cli/src', 'ended at once', ['cli/test/ended-at-once.test.ts']);

const progress = mutantsBelow('cli/src', 'progress', ['cli/test/progress.test.ts']);

const ofCopy = mutantsBelow('cli/src', 'ended at once', ['cli/src/mirror/current-mirror.test.ts']);

/** What Ctrl-C and SIGTERM do to a command, whatever it is at, and what is left then. */
export const APART_MUTANTS: readonly Mutant[] = [
  mutant(
    'a long command works in a process of its own',
    'commands/list.ts',
    'LONG.includes(name)',
    'name === ""',
  ),
  mutant('so does a full sync', 'commands/list.ts', "argv.includes('--full')", 'argv.length === 0'),
  mutant(
    'what stands still is killed',
    'apart/run-apart.ts',
    "overtime ??= setTimeout(() => child.kill('SIGKILL'), INTERRUPT_GRACE_MS);",
    '',
  ),
  mutant('what the other one left is removed', 'apart/run-apart.ts', '  clear(left);\n', ''),
  mutant(
    'the other one tells what it would leave',
    'under-way.ts',
    'underWay.push(one);\n  tell?.(whatIsLeft());',
    'underWay.push(one);',
  ),
  mutant(
    'the one that works ends with the one that does not',
    'apart/apart.ts',
    "process.once('disconnect'",
    "process.once('exit'",
  ),
  mutant(
    'SIGTERM is Ctrl-C too',
    'terminal/interrupts.ts',
    "['SIGINT', 'SIGTERM', 'SIGHUP']",
    "['SIGINT', 'SIGHUP']",
  ),
  mutant(
    'a closed terminal is, too',
    'terminal/interrupts.ts',
    "['SIGINT', 'SIGTERM', 'SIGHUP']",
    "['SIGINT', 'SIGTERM']",
  ),
  mutant('a half mirror goes', 'mirror/successor.ts', 'clearing(filesOf(successor), ', 'clearing([], '),
  mutant(
    'half of a saved file goes',
    'commands/save-file.ts',
    'clearingAtOnce([temporary], ',
    'clearingAtOnce([], ',
  ),
  mutant(
    'its exit code is told',
    'apart/run-apart.ts',
    'if (closed.code !== null) return closed.code;',
    'if (closed.code !== null) return 0;',
  ),
  progress('a report tells what it is at', 'report/make-report.ts', "onStep('drawing the report');", ''),
  progress(
    'a doctor tells that it looks',
    'commands/doctor.ts',
    "screen?.draw('looking at everything ...');",
    '',
  ),
  progress(
    'a slow server is told within a second',
    'commands/context.ts',
    'if (json) return () => {};',
    'return () => {};',
  ),
  progress('that a server is waited for goes', 'api/exchange.ts', '    goOn?.();\n', ''),
  progress(
    'what is drawn is not said again',
    'commands/context.ts',
    'if (!screen.isTerminal) notice(',
    'notice(',
  ),
  progress('a long query tells that it goes on', 'commands/query.ts', ', TOLD_AFTER_MS);', ', 9_999);'),
  ofCopy(
    'who reads for long reads a copy',
    'mirror/current-mirror.ts',
    "await openCopy(path, join(folder, 'copy.sqlite'))",
    'openMirrorForReading(path)',
  ),
  ofCopy('old copies go', 'mirror/current-mirror.ts', '    removeOldCopies(near);\n', ''),
  ofCopy(
    'a copy that is read stays',
    'mirror/current-mirror.ts',
    'if (Date.now() - mtimeMs > COPY_READ_MAX_MS) rmSync',
    'rmSync',
  ),
];
