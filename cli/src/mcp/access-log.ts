import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AmyError, systemReason } from '../errors.ts';
import { MCP_LOG_BYTES_MAX, MCP_LOG_CHARS_MAX, MCP_LOG_DAYS, MCP_LOG_FILE_BYTES } from '../limits.ts';
import { VIEWS } from './views.ts';

const DAY_MS = 86_400_000;

const entry = z.object({
  at: z.string(),
  client: z.string(),
  client_version: z.string().nullable(),
  view: z.enum(VIEWS),
  demo: z.boolean(),
  tool: z.string(),
  /** As JSON, shortened where it is long. */
  arguments: z.string(),
  outcome: z.enum(['answered', 'insufficient_data', 'refused']),
  rows: z.number(),
  bytes: z.number(),
});

/** What a client read: never a value that it was given. */
export type AccessEntry = z.infer<typeof entry>;

/** `2026-03-01.000.ndjson`: of a day, and which of that day. */
const LOG_FILE = /^(\d{4}-\d\d-\d\d)\.(\d{3})\.ndjson$/;

/**
 * Notes a call before it is answered, in a folder that only its owner can read. Whole files are deleted, by age and where
 * all together are too large, so that several servers can write at once.
 * Throws AmyError `log_unwritable`: what cannot be noted is not answered.
 */
export function noteAccess(folder: string, noted: AccessEntry): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, fileFor(folder, noted.at.slice(0, 10)));
    appendFileSync(path, `${JSON.stringify(limited(noted))}\n`, { mode: 0o600 });
    // What was there before may have been readable to others.
    chmodSync(path, 0o600);
    forgetOld(folder, Date.parse(noted.at));
  } catch (cause) {
    throw new AmyError(
      'log_unwritable',
      `the log of what clients read cannot be written in ${folder}, so nothing is answered: ${systemReason(cause)}`,
      { cause },
    );
  }
}

/** The folder, where there was one. */
export function deleteAccessLog(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  rmSync(folder, { recursive: true });
  return [folder];
}

/** The oldest first. A line that is no entry, such as one that was cut off, is left out. */
export function readAccessLog(folder: string): readonly AccessEntry[] {
  return filesOf(folder).flatMap((name) =>
    readFileSync(join(folder, name), 'utf8').split('\n').flatMap(parsedLine),
  );
}

function parsedLine(line: string): readonly AccessEntry[] {
  try {
    const found = entry.safeParse(JSON.parse(line));
    return found.success ? [found.data] : [];
  } catch {
    return [];
  }
}

function limited(noted: AccessEntry): AccessEntry {
  const cut = (text: string) =>
    text.length <= MCP_LOG_CHARS_MAX
      ? text
      : `${text.slice(0, MCP_LOG_CHARS_MAX)}… (${text.length} characters)`;
  return {
    ...noted,
    client: cut(noted.client),
    client_version: noted.client_version === null ? null : cut(noted.client_version),
    tool: cut(noted.tool),
    arguments: cut(noted.arguments),
  };
}

/** The newest file of the day while it has room, else the next one. */
function fileFor(folder: string, date: string): string {
  const newest = filesOf(folder).findLast((name) => name.startsWith(date));
  const number = Number(LOG_FILE.exec(newest ?? '')?.[2] ?? 0);
  const isFull = newest !== undefined && statSync(join(folder, newest)).size >= MCP_LOG_FILE_BYTES;
  return `${date}.${String(isFull ? number + 1 : number).padStart(3, '0')}.ndjson`;
}

function forgetOld(folder: string, nowMs: number): void {
  const oldest = new Date(nowMs - MCP_LOG_DAYS * DAY_MS).toISOString().slice(0, 10);
  let bytes = 0;
  for (const name of filesOf(folder).toReversed()) {
    bytes += statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
    if (name < oldest || bytes > MCP_LOG_BYTES_MAX) rmSync(join(folder, name), { force: true });
  }
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => LOG_FILE.test(name))
      .toSorted();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
