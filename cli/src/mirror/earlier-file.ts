import { chmodSync, existsSync, linkSync, renameSync } from 'node:fs';
import { SIDECAR_SUFFIXES } from './file.ts';
import { successorPath } from './successor.ts';

/**
 * Puts the filled successor in the earlier file's place and keeps the earlier file under another name,
 * which it returns; from then on only its owner can read it. At every moment there is a whole database at `path`, where
 * the disk has hard links.
 */
export function setEarlierFileAside(path: string, at: Date): string {
  const stamp = at.toISOString().replace(/[-:]|\.\d+/g, '');
  const kept = unusedName(`${path}.earlier-${stamp}`);
  const linked = linkIfPossible(path, kept);
  if (!linked) renameSync(path, kept);
  for (const suffix of SIDECAR_SUFFIXES) {
    if (existsSync(path + suffix)) renameSync(path + suffix, kept + suffix);
  }
  chmodSync(kept, 0o600);
  renameSync(successorPath(path), path);
  return kept;
}

function unusedName(wanted: string): string {
  for (let attempt = 1; ; attempt += 1) {
    const name = attempt === 1 ? wanted : `${wanted}-${attempt}`;
    if (!existsSync(name)) return name;
  }
}

/** Some file systems (FAT, some network shares) have no hard links. */
function linkIfPossible(path: string, kept: string): boolean {
  try {
    linkSync(path, kept);
    return true;
  } catch {
    return false;
  }
}
