import { globSync, mkdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './bundle.ts';
import { makePackage } from './make.ts';
import { packFolder } from './pack.ts';

/** `npm run package`: amy as a package of npm's, in `dist/amy/`, and its tarball beside it. */

const dist = join(ROOT, 'dist');
const folder = join(dist, 'amy');
// A tarball of an earlier version would be installed with it by `dist/amy-*.tgz`.
for (const old of [folder, ...globSync(join(dist, 'amy-*.tgz'))])
  rmSync(old, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
await makePackage(folder);
const { path, bytes, unpackedBytes, files } = packFolder(folder, dist);
const kilobytes = (count: number) => `${Math.ceil(count / 1_000).toLocaleString('en')} kB`;
console.log(
  `${relative(ROOT, path)}: ${kilobytes(bytes)}, installed ${kilobytes(unpackedBytes)} in ${files.length} files, no dependencies`,
);
