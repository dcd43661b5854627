import { randomUUID } from 'node:crypto';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AmyError, systemReason } from '../errors.ts';
import { giveNewName } from '../export/new-folder.ts';
import { UNSHOWN } from '../terminal/escape.ts';
import { clearingAtOnce } from '../under-way.ts';

/** The option that names the file. */
type Option = '--output' | '--body' | '--out';

/** Throws `file_exists` where something is in the way that must not be overwritten. */
export function refuseToOverwrite(path: string, option: Option): void {
  if (existsSync(path)) {
    throw new AmyError('file_exists', `${path} is there already; add --force, or name another ${option}`);
  }
}

/**
 * Writes a file that only its owner reads, whole or not at all: under a temporary name first. Where
 * `guard` names an option it overwrites nothing, and throws as `refuseToOverwrite` does. Throws `file_not_written`.
 */
export function saveFile(path: string, bytes: Uint8Array, guard: Option | null): void {
  const temporary = join(dirname(path), `.amy-${randomUUID()}.part`);
  try {
    clearingAtOnce([temporary], () => {
      writeFileSync(temporary, bytes, { mode: 0o600, flag: 'wx' });
      if (guard === null) renameSync(temporary, path);
      else giveNewName(temporary, path, () => refuseToOverwrite(path, guard));
    });
  } catch (cause) {
    if (cause instanceof AmyError) throw cause;
    throw new AmyError('file_not_written', `cannot write ${path}: ${systemReason(cause)}`, { cause });
  } finally {
    rmSync(temporary, { force: true });
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
