import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { bundleProgram, ENTRY, PROGRAM_FILES, ROOT } from './bundle.ts';
import { bundledPackages, renderLicences } from './licences.ts';

const LICENCES = 'THIRD-PARTY-LICENSES.txt';

/** Writes the whole package into an empty folder, with everything that it needs. Gives the paths of the sources in it. */
export async function makePackage(folder: string): Promise<readonly string[]> {
  const metafile = await bundleProgram(folder);
  writeFileSync(join(folder, LICENCES), renderLicences(bundledPackages(metafile.outputs)));
  copyFileSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
  copyFileSync(join(ROOT, 'cli/package/README.md'), join(folder, 'README.md'));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(packageFile(), null, 2)}\n`);
  return Object.keys(metafile.inputs);
}

/**
 * No scripts and no dependencies: nothing runs and nothing more is fetched when it is installed. No `engines` either: of
 * an older Node npm would print five lines that say what amy says in one sentence at its first start.
 */
function packageFile(): object {
  const { name, version, license } = manifest;
  return {
    name,
    version,
    description: 'Your wearable and lab data, mirrored into a SQLite file of your own',
    license,
    type: 'module',
    bin: { amy: ENTRY },
    files: [...PROGRAM_FILES, LICENCES],
  };
}
