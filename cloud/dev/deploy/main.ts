import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { deployAmy } from './deploy.ts';

/** `npm run deploy`: ends with 0 when the Worker runs, 1 when something is missing or failed, 2 on a wrong call. */

const USAGE = `usage: npm run deploy -- [--secrets-file FILE] [--dry-run]

Makes what Amy needs on Cloudflare and is not there, applies the migrations, deploys the Worker, and says what to paste
at Terra. What is there stays, so it may be run at any time, again after a failure, and for each new version.

  --secrets-file FILE  lines of NAME=value; sets these secrets (.dev.vars.example has all of them)
  --dry-run            prints each step and its commands, and runs nothing

AMY_WRANGLER in the environment names a program that runs in wrangler's place: for tests.`;

function readArguments(args: readonly string[]) {
  try {
    const options = {
      'dry-run': { type: 'boolean', default: false },
      'secrets-file': { type: 'string' },
      help: { type: 'boolean', default: false },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return null;
  }
}

const values = readArguments(process.argv.slice(2));
if (values === null) process.exitCode = 2;
else if (values.help) console.log(USAGE);
else {
  const secretsFile = values['secrets-file'];
  // npm runs this in the repository, whatever folder it was called from.
  const from = process.env.INIT_CWD ?? '.';
  process.exitCode = await deployAmy({
    root: fileURLToPath(new URL('../../..', import.meta.url)),
    environment: process.env,
    secretsFile: secretsFile === undefined ? null : resolve(from, secretsFile),
    isDryRun: values['dry-run'],
    tell: console.log,
  });
}
