import { randomUUID } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { AmyError, systemReason } from '../errors.ts';
import { clearing, endingWith } from '../under-way.ts';

/** Throws where something is in the way: an export overwrites nothing. */
export function refuseUsedFolder(path: string): void {
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory())
    throw new AmyError(
      'file_exists',
      `${path} is a file, and an export is a folder; name another one with --out`,
    );
  if (readdirSync(path).length > 0)
    throw new AmyError(
      'folder_not_empty',
      `there is something in ${path} already, and an export overwrites nothing; name another folder with --out, or move this one away`,
    );
}

/** The same of a file. */
function refuseUsedPath(path: string): void {
  if (!existsSync(path)) return;
  throw new AmyError(
    'file_exists',
    `${path} is there already, and an export overwrites nothing; name another file with --out, or move this one away`,
  );
}

/**
 * A folder that only its owner reads, with what `fill` writes into it, whole or not at all, Ctrl-C included: under a
 * temporary name first. Throws as `refuseUsedFolder` does, `file_not_written`, and whatever `fill` throws that is an
 * AmyError.
 */
export async function writeNewFolder<Written>(
  path: string,
  fill: (folder: string) => Promise<Written>,
): Promise<Written> {
  refuseUsedFolder(path);
  return wholeOrNot(path, async (room) => {
    const folder = join(room, 'folder');
    mkdirSync(folder, { mode: 0o700 });
    const written = await fill(folder);
    // Another export of this name may have come first.
    refuseUsedFolder(path);
    if (existsSync(path)) rmdirSync(path);
    renameSync(folder, path);
    return written;
  });
}

/** The same of a file. Beside its temporary name there is room for what it is made of, which goes with it. */
export async function writeNewFile<Written>(
  path: string,
  write: (temporary: string) => Promise<Written>,
): Promise<Written> {
  refuseUsedPath(path);
  return wholeOrNot(path, async (room) => {
    const temporary = join(room, 'file');
    const written = await write(temporary);
    giveNewName(temporary, path, refuseUsedPath);
    return written;
  });
}

/**
 * Gives a file that is whole its name, unless something has that already: then `refuse` throws. `rename` would overwrite
 * what came there meanwhile, a second name cannot; where the disk knows none, the name is looked at once more.
 */
export function giveNewName(temporary: string, path: string, refuse: (path: string) => void): void {
  try {
    linkSync(temporary, path);
  } catch {
    refuse(path);
    renameSync(temporary, path);
  }
}

/** What `make` leaves in the room that it is given is gone afterwards, whatever happens. */
async function wholeOrNot<Written>(path: string, make: (room: string) => Promise<Written>): Promise<Written> {
  const room = join(dirname(path), `.amy-${randomUUID()}.part`);
  const ending = () => `interrupted; nothing was written to ${path}`;
  try {
    return await endingWith(ending, () =>
      clearing([room], () => {
        mkdirSync(room, { mode: 0o700 });
        return make(room);
      }),
    );
  } catch (cause) {
    if (cause instanceof AmyError) throw cause;
    throw new AmyError('file_not_written', `cannot write ${path}: ${systemReason(cause)}`, { cause });
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}
