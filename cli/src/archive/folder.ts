import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { AmyError, systemReason } from '../errors.ts';
import { clearing } from '../under-way.ts';

const MARK_FILE = 'archive.json';
const LOCK_FILE = '.lock';
/** What a process that was killed leaves of a file that it wrote; nothing else has such a name. */
const PART = /^\.amy-[0-9a-f-]+\.part$/;

const mark = z.object({
  format: z.literal('amy archive'),
  version: z.literal(1),
  server: z.string(),
  /** The token's subject; null where the token told none. */
  person: z.string().nullable(),
});

export type ArchiveOwner = { readonly server: string; readonly person: string | null };

/**
 * Makes the folder ready for an archive of this person, or finds that it is one. Throws `not_an_archive` where something else is
 * in it, `other_person` and `other_server`.
 */
export function openArchive(folder: string, owner: ArchiveOwner): void {
  if (!isUnused(folder)) refuseOtherOwner(folder, owner);
  writing(folder, () => {
    for (const path of placesOf(folder)) {
      mkdirSync(path, { recursive: true, mode: 0o700 });
      chmodSync(path, 0o700);
    }
  });
}

/**
 * Notes whose archive the folder is, where that does not stand there yet. For use as the only one who writes to it, and once the
 * server has answered for this person: an address with a slip of the pen would keep the folder from the right server for good.
 * Throws as `openArchive` does, where another amy was there first.
 */
export async function bindArchive(folder: string, owner: ArchiveOwner): Promise<void> {
  if (!isUnused(folder)) return refuseOtherOwner(folder, owner);
  const document = { format: 'amy archive', version: 1, ...owner };
  await replaceFile(join(folder, MARK_FILE), [Buffer.from(`${JSON.stringify(document, null, 2)}\n`)]);
}

function placesOf(folder: string): readonly string[] {
  return [folder, join(folder, 'events'), join(folder, 'labs')];
}

/** Removes what killed runs left. For whoever is alone in the folder: another may just write such a file. */
function removeParts(folder: string): void {
  for (const path of placesOf(folder)) {
    for (const name of readdirSync(path)) if (PART.test(name)) rmSync(join(path, name));
  }
}

/** Not there, empty, or what was left by a run that was killed before it had begun. */
function isUnused(folder: string): boolean {
  if (!existsSync(folder)) return true;
  const names = writing(folder, () => readdirSync(folder, { withFileTypes: true }));
  if (names.some(({ name }) => name === MARK_FILE)) return false;
  const isOurs = (name: string, path: string) =>
    PART.test(name) ||
    name === LOCK_FILE ||
    (['events', 'labs'].includes(name) && readdirSync(path).length === 0);
  const foreign = names.find((one) => !isOurs(one.name, join(folder, one.name)));
  if (foreign === undefined) return true;
  throw new AmyError(
    'not_an_archive',
    `${folder} holds something else (${foreign.name}); name an empty folder with --to`,
  );
}

function refuseOtherOwner(folder: string, { server, person }: ArchiveOwner): void {
  const found = mark.safeParse(readJson(join(folder, MARK_FILE)));
  if (!found.success) {
    throw new AmyError(
      'not_an_archive',
      `${join(folder, MARK_FILE)} belongs to no archive that this amy knows`,
    );
  }
  const remedy = 'name another folder with --to';
  if (found.data.server !== server) {
    throw new AmyError('other_server', `${folder} is an archive of ${found.data.server}; ${remedy}`);
  }
  if (found.data.person !== null && person !== null && found.data.person !== person) {
    throw new AmyError('other_person', `${folder} is an archive of another person; ${remedy}`);
  }
}

/** Undefined, which no schema takes, where there is no JSON. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** What is said of a file of the archive that is not as it was written. */
export function damaged(path: string, what: string): AmyError {
  return new AmyError(
    'archive_damaged',
    `${path} is damaged (${what}); move it away and run \`amy archive\` again: what the server has is fetched anew`,
  );
}

/** Runs `work` as the only one who writes to the folder. Throws `archive_busy`. */
export async function alone<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  const path = join(folder, LOCK_FILE);
  if (existsSync(path) && isAlive(Number(readFileSync(path, 'utf8')))) {
    throw new AmyError('archive_busy', `another amy writes to ${folder}; where none does, delete ${path}`);
  }
  rmSync(path, { force: true });
  writing(folder, () => writeFileSync(path, String(process.pid), { mode: 0o600, flag: 'wx' }));
  try {
    return await clearing([path], () => {
      writing(folder, () => removeParts(folder));
      return work();
    });
  } finally {
    rmSync(path, { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The file as a whole: whoever is killed meanwhile leaves the earlier one. Only its owner can read it. */
export async function replaceFile(
  path: string,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  const temporary = join(dirname(path), `.amy-${randomUUID()}.part`);
  try {
    await clearing([temporary], async () => {
      const file = openSync(temporary, 'wx', 0o600);
      try {
        for await (const piece of pieces) writeWhole(file, piece);
        // A rename that outlives a power cut, without the bytes, would lose what was there before.
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(temporary, path);
    });
  } catch (error) {
    rmSync(temporary, { force: true });
    throw unwritable(path, error);
  }
}

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength; ) at += writeSync(file, bytes, at);
}

function writing<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

function unwritable(path: string, cause: unknown): AmyError {
  if (cause instanceof AmyError) return cause;
  return new AmyError('archive_unwritable', `cannot write ${path}: ${systemReason(cause)}`, { cause });
}
