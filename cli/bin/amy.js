#!/usr/bin/env node
// Plain JavaScript, so that a Node too old for the rest hands over to the one that `npm ci` installed for Amy.
import { readFileSync } from 'node:fs';
import module from 'node:module';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isNodeNewEnough } from '../../cloud/dev/new-enough.js';

const HERE = fileURLToPath(import.meta.url);

if (isNodeNewEnough()) {
  // More than half of a start is compiling. The compiled code is kept beside the packages, where only those who
  // may change the program can write, and not in the shared /tmp; where nothing can be written, nothing is kept.
  module.enableCompileCache?.(fileURLToPath(new URL('../../node_modules/.cache/amy', import.meta.url)));
  const { hideNoNews } = await import('./no-news.js');
  hideNoNews();
  if (HERE.includes(`${sep}node_modules${sep}`)) readTypesHere();
  await import('../src/main.ts');
} else {
  process.argv.splice(2, 0, HERE);
  await import('../../cloud/dev/run.js');
}

/** Node reads no TypeScript below `node_modules`, where this lies once npm has installed it from a package. */
function readTypesHere() {
  const own = new URL('../../', import.meta.url).href;
  module.registerHooks({
    load: (url, context, next) =>
      url.startsWith(own) && url.endsWith('.ts')
        ? {
            format: 'module',
            shortCircuit: true,
            source: module.stripTypeScriptTypes(readFileSync(new URL(url), 'utf8')),
          }
        : next(url, context),
  });
}
