import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AmyError, systemReason } from '../errors.ts';
import { type Finding, well, wrong } from './doctor-finding.ts';

const OTHERS_MODE_BITS = 0o077;
const TRIAL_BYTES = 16_384;

/**
 * Whether anybody else can read the file, or the folder that amy made for it (`folder`, null where it is one that the person
 * named, which may be there for others too).
 */
export function checkPermissions(path: string, folder: string | null): Finding {
  // Windows has no such bits.
  if (process.platform === 'win32') return well('permissions', 'as this system keeps them');
  const open = [
    { path: folder, mode: 0o700 },
    { path, mode: 0o600 },
  ].flatMap((one) => (one.path !== null && isOpen(one.path) ? [{ ...one, path: one.path }] : []));
  if (open.length === 0) return well('permissions', 'what amy keeps is for you alone');
  const names = open.map((one) => one.path).join(' and ');
  return wrong(
    'permissions',
    `others may read or open ${names}`,
    '`amy doctor --fix` makes it yours alone',
    () => {
      for (const one of open) narrow(one.path, one.mode);
      return `others could read or open ${names}; now only you can`;
    },
  );
}

function isOpen(path: string): boolean {
  return existsSync(path) && (statSync(path).mode & OTHERS_MODE_BITS) !== 0;
}

function narrow(path: string, mode: number): void {
  try {
    chmodSync(path, mode);
  } catch (cause) {
    throw new AmyError('permissions_kept', `cannot change ${path}: ${systemReason(cause)}`, { cause });
  }
}

/** Whether a sync can write beside the file: the folder takes a file, and the disk has room for the journal of a first sync. */
export function checkDisk(path: string, leastBytes: number): Finding {
  const folder = nearestFolder(dirname(path));
  const trial = join(folder, `.amy-doctor-${randomUUID()}`);
  try {
    writeFileSync(trial, Buffer.alloc(TRIAL_BYTES), { mode: 0o600, flush: true });
  } catch (cause) {
    const why = `cannot write in ${folder}: ${systemReason(cause)}`;
    return wrong('disk', why, 'make room or give yourself the folder, or name another file with --db');
  } finally {
    if (existsSync(trial)) rmSync(trial);
  }
  const { bavail, bsize } = statfsSync(folder);
  const free = `${Math.floor((bavail * bsize) / 1_000_000).toLocaleString('en-US')} MB are free`;
  if (bavail * bsize >= leastBytes) return well('disk', `${folder} can be written, and ${free}`);
  return wrong('disk', `only ${free} where ${folder} is`, 'make room, or name a file elsewhere with --db');
}

/** Of a folder that a sync would make, the one it would make it in. */
function nearestFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}
