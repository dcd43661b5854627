import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import manifest from '../../package.json' with { type: 'json' };

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What a shell runs. */
export const ENTRY = 'amy.cjs';
/** What the program consists of, beside what says whose it is. */
export const PROGRAM_FILES: readonly string[] = [ENTRY, 'start.mjs', 'parts'];

/** The program asks for its version alone; the rest of package.json is about the repository. */
const versionOnly: Plugin = {
  name: 'version-only',
  setup({ onLoad }) {
    onLoad({ filter: /^.*[\\/]package\.json$/ }, ({ path }) =>
      path === join(ROOT, 'package.json')
        ? { contents: JSON.stringify({ version: manifest.version }), loader: 'json' }
        : null,
    );
  },
};

const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  logLevel: 'error',
  metafile: true,
  // Names stay: they are read where something fails.
  minifySyntax: true,
  minifyWhitespace: true,
} as const satisfies BuildOptions;

/**
 * Bundles the command line into a folder, and tells what is in it. Most of the time of a start is finding and reading
 * two hundred small files; in this form it takes a third. What only some commands need, such as the charts of the
 * report, lies in files of its own that the others never read.
 */
export async function bundleProgram(folder: string): Promise<Metafile> {
  await build({
    ...COMMON,
    entryPoints: ['cli/package/entry.js'],
    outfile: join(folder, ENTRY),
    format: 'cjs',
    // What this one says must be readable for a Node of any age.
    target: 'es2015',
    supported: { 'dynamic-import': true },
    external: ['./start.mjs'],
  });
  const { metafile } = await build({
    ...COMMON,
    entryPoints: ['cli/package/start.js'],
    outdir: folder,
    chunkNames: 'parts/[name]-[hash]',
    splitting: true,
    format: 'esm',
    target: 'node24',
    outExtension: { '.js': '.mjs' },
    plugins: [versionOnly],
    banner: {
      // Under a name that no package inside has.
      js: "import { createRequire as amyCreatesRequire } from 'node:module'; const require = amyCreatesRequire(import.meta.url);",
    },
  });
  return metafile;
}
