import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from './folder.ts';
import { README } from './readme.ts';

const SUMS_FILE = 'SHA256SUMS';

/**
 * Writes the README and the sum of every other file of the archive, as `sha256sum -c SHA256SUMS` reads them. Of a file
 * whose sum is known the known one, so that a file that was damaged since does not pass for whole.
 */
export async function writeSums(folder: string, known: ReadonlyMap<string, string>): Promise<void> {
  await replaceFile(join(folder, 'README.txt'), [Buffer.from(README)]);
  const sums = new Map<string, string>();
  for (const file of filesOf(folder)) sums.set(file, known.get(file) ?? (await sumOf(join(folder, file))));
  await replaceSums(folder, sums);
}

/** Says anew of one file, that a run which is cut short leaves right sums. */
export async function noteSum(folder: string, file: string): Promise<void> {
  const sums = new Map(readSums(folder));
  sums.set(file, await sumOf(join(folder, file)));
  await replaceSums(folder, sums);
}

/** The sum of each file, by its path below the folder. */
export function readSums(folder: string): ReadonlyMap<string, string> {
  const path = join(folder, SUMS_FILE);
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  return new Map(lines.filter((line) => line !== '').map((line) => [line.slice(66), line.slice(0, 64)]));
}

function replaceSums(folder: string, sums: ReadonlyMap<string, string>): Promise<void> {
  const lines = [...sums].filter(([file]) => existsSync(join(folder, file))).toSorted();
  const text = lines.map(([file, sum]) => `${sum}  ${file}\n`).join('');
  return replaceFile(join(folder, SUMS_FILE), [Buffer.from(text)]);
}

function filesOf(folder: string): readonly string[] {
  const within = (place: string) =>
    readdirSync(join(folder, place), { withFileTypes: true })
      .filter((one) => one.isFile() && !one.name.startsWith('.') && one.name !== SUMS_FILE)
      .map(({ name }) => (place === '' ? name : `${place}/${name}`));
  return ['', 'events', 'labs'].flatMap(within).toSorted();
}

/** Of a file, or of so many of its first bytes. */
export async function sumOf(path: string, bytes = Number.POSITIVE_INFINITY): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { end: bytes - 1 })) hash.update(piece);
  return hash.digest('hex');
}
