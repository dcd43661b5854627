import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const packed = z.tuple([
  z.object({
    filename: z.string(),
    unpackedSize: z.number(),
    files: z.array(z.object({ path: z.string() })),
  }),
]);

export type Packed = {
  readonly path: string;
  readonly bytes: number;
  /** Once it is installed. */
  readonly unpackedBytes: number;
  readonly files: readonly string[];
};

/** Makes npm's tarball of a folder, as `npm publish` would send it. Throws with npm's own words. */
export function packFolder(folder: string, destination: string): Packed {
  const { stdout } = npm(['pack', '--json', '--pack-destination', destination, folder]);
  const [{ filename, unpackedSize, files }] = packed.parse(JSON.parse(stdout));
  const path = join(destination, filename);
  return {
    path,
    bytes: statSync(path).size,
    unpackedBytes: unpackedSize,
    files: files.map((file) => file.path),
  };
}

/** Runs the npm that runs this, else the one on the PATH; gives what it printed. Throws where it fails. */
export function npm(
  args: readonly string[],
  more: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): { readonly stdout: string; readonly stderr: string } {
  const running = process.env.npm_execpath;
  const [file, ...first] = running === undefined ? ['npm'] : [process.execPath, running];
  const { status, stdout, stderr, error } = spawnSync(file ?? 'npm', [...first, ...args], {
    encoding: 'utf8',
    shell: running === undefined && process.platform === 'win32',
    ...more,
  });
  if (status !== 0) throw new Error(`npm ${args[0]} failed: ${error?.message ?? stderr}`);
  return { stdout, stderr };
}
