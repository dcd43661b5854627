#!/usr/bin/env node
// npm scripts run on the Node 24 that package.json pins; started any other way, say what is needed.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    `Amy's local stack needs Node 24 and this is ${process.version}. Run it as \`npm start\`: npm ci installs a Node 24 beside it.`,
  );
  process.exit(1);
}
await import('./start.ts');
