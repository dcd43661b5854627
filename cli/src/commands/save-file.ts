import { randomUUID } from 'node:crypto';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AmyError, systemReason } from '../errors.ts';
import { UNSHOWN } from '../terminal/escape.ts';

/** Throws `file_exists` where something is in the way that must not be overwritten. */
export function refuseToOverwrite(path: string, option: '--output' | '--body' | '--out'): void {
  if (existsSync(path)) {
    throw new AmyError('file_exists', `${path} is there already; add --force, or name another ${option}`);
  }
}

/**
 * Writes a file that only its owner reads, whole or not at all: under a temporary name first. Throws
 * `file_not_written`.
 */
export function saveFile(path: string, bytes: Uint8Array): void {
  const temporary = join(dirname(path), `.amy-${randomUUID()}.part`);
  try {
    writeFileSync(temporary, bytes, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new AmyError('file_not_written', `cannot write ${path}: ${systemReason(cause)}`, { cause });
  }
}

/** A name from elsewhere as one that stays in this folder: null where nothing of it is left. */
export function safeFileName(name: string | null): string | null {
  const last = (name ?? '').split(/[/\\]/).at(-1) ?? '';
  const safe = last
    .replace(UNSHOWN, '_')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^[.\s]+/, '')
    .slice(0, 200);
  return safe === '' ? null : safe;
}
