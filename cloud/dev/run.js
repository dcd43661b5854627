// Runs a program of this repository on a Node that is new enough for it: `node run.js <program> [arguments]`.
// The machine's own Node is used wherever it can be. Only where it is older does this file install another one into
// `node/` beside it, from the npm registry, in the version and with the checksums of the npm-shrinkwrap.json there
// (a package-lock.json would be left out where npm makes a package of all this).
// Without a program it makes that Node ready, which `npm ci` does by itself. Plain JavaScript: an old Node reads it.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, extname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isNodeNewEnough, NODE_MAJOR_NEEDED } from './new-enough.js';

const FOLDER = fileURLToPath(new URL('./node/', import.meta.url));
const PROGRAMS = join(FOLDER, 'node_modules', '.bin');
const SCRIPTS = ['.js', '.ts'];

// Much of a start is compiling what did not change since the last one: wrangler alone takes 1.2 s of CPU instead of 2.2.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../../node_modules/.cache/node', import.meta.url));

const isNewEnough = isNodeNewEnough();
const [program, ...args] = process.argv.slice(2);

if (!isNewEnough) installNode();
if (program !== undefined) {
  if (isNewEnough && SCRIPTS.includes(extname(program))) await runHere(program);
  else runBeside(program, args);
}

function installNode() {
  if (existsSync(join(PROGRAMS, process.platform === 'win32' ? 'node.cmd' : 'node'))) return;
  process.stderr.write(
    `This machine's Node is ${process.version} and Amy needs ${NODE_MAJOR_NEEDED} or newer. One for Amy alone is installed, once, into\n` +
      `${FOLDER}. The machine's own stays as it is.\n`,
  );
  const npm = process.env.npm_execpath;
  const command = npm === undefined ? ['npm'] : [process.execPath, npm];
  const { status } = spawnSync(
    command[0],
    // It may run inside `npm install --global`, which is said to what runs inside it too.
    [...command.slice(1), 'ci', '--global=false', '--no-audit', '--no-fund', '--silent'],
    {
      cwd: FOLDER,
      stdio: ['ignore', 2, 2],
      shell: npm === undefined && process.platform === 'win32',
    },
  );
  if (status === 0 && existsSync(PROGRAMS)) return;
  process.stderr.write(
    `That did not work: there may be none for ${process.platform} on ${process.arch}, or the registry was out of reach.\n` +
      `Install Node ${NODE_MAJOR_NEEDED} or newer from https://nodejs.org and try again.\n`,
  );
  process.exit(1);
}

/** Nothing stands between the program and whoever started it. */
async function runHere(file) {
  const path = resolve(file);
  process.argv.splice(1, 2, path);
  await import(pathToFileURL(path).href);
}

/** What the program itself starts finds the same Node first. */
function runBeside(name, given) {
  const isScript = SCRIPTS.includes(extname(name));
  const path = isNewEnough ? process.env.PATH : `${PROGRAMS}${delimiter}${process.env.PATH}`;
  const child = spawn(isScript ? 'node' : name, isScript ? [name, ...given] : given, {
    // So that `end-with-npm.ts` knows that this process stands between.
    env: { ...process.env, PATH: path, AMY_RUN_BESIDE: '1' },
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  // What is sent to this process is passed on, and the program decides; Ctrl-C in a terminal is sent to both.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  child.on('error', (error) => {
    process.stderr.write(`${name} could not be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 128 + constants.signals[signal];
  });
}
