import { createReadStream, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createGunzip, gzipSync } from 'node:zlib';
import { messageOf } from '../errors.ts';
import { type EventLine, readLine } from './event-line.ts';
import { damaged, replaceFile } from './folder.ts';

const MONTH_FILE = /^\d{4}-\d\d\.ndjson\.gz$/;

/** `2026-03` of an event that was received then, in UTC. */
export function monthOf(receivedAt: string): string {
  return receivedAt.slice(0, 7);
}

export function monthFile(month: string): string {
  return `events/${month}.ndjson.gz`;
}

/** The files of months that are there, by their path below the folder. */
export function monthFiles(folder: string): readonly string[] {
  const names = readdirSync(join(folder, 'events')).filter((name) => MONTH_FILE.test(name));
  return names.toSorted().map((name) => `events/${name}`);
}

/**
 * Each line of a file, checked byte for byte; one is held at a time. Where the file was read to `from` before, what was
 * added since. Throws `archive_damaged`.
 */
export async function* readMonth(folder: string, file: string, from = 0): AsyncGenerator<EventLine> {
  const path = join(folder, file);
  let number = 0;
  for await (const line of linesOf(path, from)) {
    number += 1;
    const read = readLine(line);
    if (read === null) throw damaged(path, `line ${number}`);
    yield read;
  }
}

/** Cut at line feeds alone: a body may hold what else ends a line elsewhere. */
async function* linesOf(path: string, from: number): AsyncGenerator<string> {
  const source = createReadStream(path, { start: from });
  const gunzip = createGunzip();
  const text = source.pipe(gunzip).setEncoding('utf8');
  source.on('error', (error) => text.destroy(error));
  let begun: string[] = [];
  try {
    for await (const piece of text) {
      const parts = String(piece).split('\n');
      for (const part of parts.slice(0, -1)) {
        yield begun.concat(part).join('');
        begun = [];
      }
      begun.push(parts.at(-1) ?? '');
    }
  } catch (error) {
    throw damaged(path, messageOf(error));
  } finally {
    source.destroy();
  }
  // Node reads no further at a zero byte after a member, and says nothing.
  if (gunzip.bytesWritten !== statSync(path).size - from)
    throw damaged(path, 'it goes on after its last line');
  if (begun.some((part) => part !== '')) yield begun.join('');
}

/**
 * Adds lines to a month: as one more member of the gzip file (RFC 1952, 2.2), which tools read as one text, so that what
 * is there is copied and not compressed again. The file is replaced as a whole, so that no kill leaves half a member.
 */
export async function appendToMonth(folder: string, month: string, lines: readonly string[]): Promise<void> {
  const path = join(folder, monthFile(month));
  const added = gzipSync(lines.map((line) => `${line}\n`).join(''));
  await replaceFile(path, afterThatOf(path, added));
}

async function* afterThatOf(path: string, added: Uint8Array): AsyncGenerator<Uint8Array> {
  if (existsSync(path)) yield* createReadStream(path);
  yield added;
}

/** Makes a month anew without some lines, of which there is at least one; a month of no line is no file. */
export async function dropFromMonth(
  folder: string,
  file: string,
  drops: (line: EventLine) => boolean,
): Promise<void> {
  const path = join(folder, file);
  let left = 0;
  const members = async function* () {
    for await (const line of readMonth(folder, file)) {
      if (drops(line)) continue;
      left += 1;
      yield gzipSync(`${JSON.stringify(line)}\n`);
    }
  };
  await replaceFile(path, members());
  if (left === 0) rmSync(path);
}
