#!/usr/bin/env node
// Plain JavaScript, so that a Node too old for the rest can still say what to do.
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_NEEDED = 24;

if (Number(process.version.slice(1).split('.')[0]) < NODE_MAJOR_NEEDED) {
  process.stderr.write(
    `amy needs Node ${NODE_MAJOR_NEEDED} or newer; this is ${process.version}.\n` +
      'In the repository, `npm run amy -- <command>` brings its own where it must.\n' +
      'Anywhere else, install it from https://nodejs.org and run amy again.\n',
  );
  process.exitCode = 1;
} else {
  // More than half of a start is compiling. The compiled code is kept beside the packages, where only those who
  // may change the program can write, and not in the shared /tmp; where nothing can be written, nothing is kept.
  module.enableCompileCache?.(fileURLToPath(new URL('../../node_modules/.cache/amy', import.meta.url)));
  // Early releases of Node 24 announce node:sqlite as experimental on every start; other warnings stay.
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    const message = warning instanceof Error ? warning.message : String(warning);
    if (message.startsWith('SQLite is an experimental feature')) return;
    emitWarning.call(process, warning, ...rest);
  };
  await import('../src/main.ts');
}
