import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { SAMPLE_RULES_VERSION } from '../../../cloud/src/normalize/intraday.ts';
import type { EventLine } from '../archive/event-line.ts';
import type { ArchiveOwner } from '../archive/folder.ts';
import { monthFiles, readMonth } from '../archive/months.ts';
import { sumOf } from '../archive/sums.ts';
import { AmyError } from '../errors.ts';
import { changeCurrentMirror, readCurrentMirror } from '../mirror/current-mirror.ts';
import { sampleWriter } from '../mirror/sample-writer.ts';
import {
  countSamples,
  forgetSamples,
  type MonthRead,
  readMonthsRead,
  recordMonthRead,
  type SamplesOfMetric,
} from '../mirror/samples.ts';
import { readOwner, refuseOtherOwner } from '../mirror/sync-state.ts';
import { type Pending, pendingSamples } from './pending.ts';

export type FillOptions = {
  readonly databasePath: string;
  /** An archive of the owner. */
  readonly folder: string;
  readonly owner: ArchiveOwner;
  readonly onMonth: (file: string, done: number, total: number) => void;
};

export type Filled = {
  /** Months of which something was read. */
  readonly months: number;
  /** Whether all that was there had to go first: the archive had lost or changed a month, or the rules are others. */
  readonly anew: boolean;
  /** Events that were read now. */
  readonly events: number;
  /** Values of all that was read that are not plausible. */
  readonly disbelieved: number;
  readonly metrics: readonly SamplesOfMetric[];
};

/** Throws where the mirror is not there, of another layout, or somebody else's: before anything else is done. */
export function refuseStrangeMirror(databasePath: string, owner: ArchiveOwner): void {
  readCurrentMirror(databasePath, (database) => refuseStranger(database, databasePath, owner));
}

/**
 * Fills `samples` from the archive: reads what was not read yet, a transaction a month, so that a kill leaves the months
 * before it. For use as the only one who writes to the folder. Throws AmyError, also `archive_damaged` of a month, which
 * is then not in at all.
 */
export async function fillSamples(options: FillOptions): Promise<Filled> {
  const { databasePath, folder } = options;
  refuseStrangeMirror(databasePath, options.owner);
  const known = readCurrentMirror(databasePath, readMonthsRead);
  const files = monthFiles(folder);
  const isAnew = !(await isContinued(folder, files, known));
  if (isAnew) await changeOwnMirror(options, forgetSamples);
  const before = new Map(isAnew ? [] : known.map((month) => [month.file, month]));
  const toRead = files.filter((file) => before.get(file)?.bytes !== sizeOf(folder, file));
  let events = 0;
  for (const [index, file] of toRead.entries()) {
    options.onMonth(file, index + 1, toRead.length);
    events += await readInto(options, file, before.get(file) ?? null);
  }
  const found = readCurrentMirror(databasePath, (database) => ({
    metrics: countSamples(database),
    disbelieved: readMonthsRead(database).reduce((sum, month) => sum + month.disbelieved, 0),
  }));
  return { months: toRead.length, anew: isAnew, events, ...found };
}

/** Whether every month that was read still begins with what was read of it: an archive grows at its ends. */
async function isContinued(
  folder: string,
  files: readonly string[],
  known: readonly MonthRead[],
): Promise<boolean> {
  for (const { file, bytes, sha256, rules } of known) {
    if (rules !== SAMPLE_RULES_VERSION || !files.includes(file) || sizeOf(folder, file) < bytes) return false;
    if ((await sumOf(join(folder, file), bytes)) !== sha256) return false;
  }
  return true;
}

/**
 * Reads a month from where it was read to, and gives the number of its events that are new. The file is not held from
 * other programs while it is read, unless the month is too large to be held at once.
 */
async function readInto(options: FillOptions, file: string, before: MonthRead | null): Promise<number> {
  const path = join(options.folder, file);
  const month = gatherMonth(readMonth(options.folder, file, before?.bytes));
  try {
    await month.gather();
    await changeOwnMirror(options, async (database) => {
      const writer = sampleWriter(database);
      for (;;) {
        writeAll(writer, month.take());
        if (month.isOver()) break;
        await month.gather();
      }
      recordMonthRead(database, {
        file,
        bytes: sizeOf(options.folder, file),
        sha256: await sumOf(path),
        rules: SAMPLE_RULES_VERSION,
        events: month.events() + (before?.events ?? 0),
        disbelieved: month.disbelieved() + (before?.disbelieved ?? 0),
      });
    });
  } finally {
    await month.close();
  }
  return month.events();
}

/** The samples of a month, so many at a time as can be held. */
function gatherMonth(lines: AsyncGenerator<EventLine>) {
  const pending = pendingSamples();
  let events = 0;
  let disbelieved = 0;
  let isOver = false;
  return {
    async gather(): Promise<void> {
      while (!pending.isFull()) {
        const next = await lines.next();
        isOver = next.done === true;
        if (next.done === true) return;
        events += 1;
        disbelieved += pending.add(next.value);
      }
    },
    take: pending.take,
    isOver: () => isOver,
    events: () => events,
    disbelieved: () => disbelieved,
    close: async () => void (await lines.return(undefined)),
  };
}

function writeAll(writer: ReturnType<typeof sampleWriter>, { series, deletions }: Pending): void {
  for (const deletion of deletions) writer.deleteItem(deletion);
  for (const one of series) writer.writeSeries(one);
}

/** In one transaction. */
function changeOwnMirror(
  { databasePath, owner }: FillOptions,
  change: (database: DatabaseSync) => void | Promise<void>,
): Promise<void> {
  return changeCurrentMirror(databasePath, (database) => {
    refuseStranger(database, databasePath, owner);
    return change(database);
  });
}

function refuseStranger(database: DatabaseSync, path: string, owner: ArchiveOwner): void {
  // Samples of before the first sync would be nobody's.
  if (readOwner(database).server === null)
    throw new AmyError('not_synced', `nothing in ${path} yet; run \`amy sync\``);
  refuseOtherOwner(database, owner, path);
}

function sizeOf(folder: string, file: string): number {
  return statSync(join(folder, file)).size;
}
