#!/usr/bin/env node
// `npm start` runs this on a Node that is new enough; started any other way, say what is needed.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    `Amy's local stack needs Node 24 and this is ${process.version}. Run it as \`npm start\`, which brings its own where it must.`,
  );
  process.exit(1);
}
await import('./start.ts');
