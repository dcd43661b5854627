#!/usr/bin/env node
// The first file of the package. It is bundled as a script without modules, so that any Node reads it and can say that
// it is too old; the program itself is another file.
import { isNodeNewEnough, NODE_MAJOR_NEEDED } from '../../cloud/dev/new-enough.js';

if (isNodeNewEnough()) {
  void import('./start.mjs');
} else {
  process.stderr.write(
    `amy: this is Node ${process.versions.node} and amy needs Node ${NODE_MAJOR_NEEDED} or newer; install it from https://nodejs.org and try again\n`,
  );
  process.exitCode = 1;
}
