#!/usr/bin/env node
// Plain JavaScript, so that a Node too old for the rest hands over to one that is not, as `npm start` does.
import { fileURLToPath } from 'node:url';
import { isNodeNewEnough } from './new-enough.js';

if (isNodeNewEnough()) {
  await import('./start.ts');
} else {
  process.argv.splice(2, 0, fileURLToPath(import.meta.url));
  await import('./run.js');
}
