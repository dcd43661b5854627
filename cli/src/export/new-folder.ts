import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AmyError, systemReason } from '../errors.ts';

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
 * A folder that only its owner reads, with what `fill` writes into it, whole or not at all: under a temporary name first.
 * Throws as `refuseUsedFolder` does, `file_not_written`, and whatever `fill` throws that is an AmyError.
 */
export function writeNewFolder<Written>(path: string, fill: (folder: string) => Written): Written {
  refuseUsedFolder(path);
  return wholeOrNot(path, (temporary) => {
    mkdirSync(temporary, { mode: 0o700 });
    const written = fill(temporary);
    if (existsSync(path)) rmdirSync(path);
    return written;
  });
}

/** The same of a file. */
export function writeNewFile<Written>(path: string, write: (temporary: string) => Written): Written {
  refuseUsedPath(path);
  return wholeOrNot(path, write);
}

function wholeOrNot<Written>(path: string, make: (temporary: string) => Written): Written {
  const temporary = join(dirname(path), `.amy-${randomUUID()}.part`);
  try {
    const written = make(temporary);
    renameSync(temporary, path);
    return written;
  } catch (cause) {
    rmSync(temporary, { recursive: true, force: true });
    if (cause instanceof AmyError) throw cause;
    throw new AmyError('file_not_written', `cannot write ${path}: ${systemReason(cause)}`, { cause });
  }
}
