import { resolve } from 'node:path';
import manifest from '../../../package.json' with { type: 'json' };
import { dateIn, machineTimeZone } from '../dates.ts';
import type { DoctorZip } from '../for-doctor/doctor-zip.ts';
import { REPORT_DAYS } from '../limits.ts';
import { readCurrentMirror } from '../mirror/current-mirror.ts';
import { readTimeZone } from '../mirror/wall-clock.ts';
import { renderCount, renderCounted, renderSize } from '../terminal/counts.ts';
import { type Lines, noticeScreen, showAnswer } from '../terminal/output.ts';
import { renderTable } from '../terminal/table.ts';
import type { CommandContext } from './context.ts';

type Options = { readonly out?: string; readonly days?: number };

/** `amy export doctor`: one zip of days that the report can show. */
export async function exportForDoctor(
  context: CommandContext,
  { out, days = REPORT_DAYS }: Options,
  now: Date,
): Promise<void> {
  const { writeDoctorZip } = await import('../for-doctor/doctor-zip.ts');
  const screen = context.json ? null : noticeScreen();
  const order = { days, now, timeZone: machineTimeZone(), version: manifest.version };
  const today = readCurrentMirror(context.databasePath, (database) =>
    dateIn(readTimeZone(database, order.timeZone), now),
  );
  const path = resolve(context.folder, out ?? `amy-export-${today}.doctor.zip`);
  const onStep = (what: string) => screen?.draw(`${what} ...`);
  const zip = await writeDoctorZip(context.databasePath, path, { ...order, onStep }).finally(() =>
    screen?.draw(''),
  );
  const { range, bytes, parts } = zip;
  const files = [{ path, rows: parts.length, bytes }];
  showAnswer(context.json, { format: 'doctor', path, ...range, files, parts }, savedLines(path, zip));
}

function savedLines(path: string, { range, bytes, parts }: DoctorZip): Lines {
  const rows = parts.map((part) => [
    part.name,
    part.rows === null ? '' : renderCount(part.rows),
    renderSize(part.bytes),
  ]);
  return [
    `Saved as ${path}, from ${range.from} on: ${renderCounted(parts.length, 'file')}, ${renderSize(bytes)}. README.html in it says what is there and what is missing.`,
    '',
    ...renderTable(['file', 'rows', 'size'], rows),
    '',
    'Whoever has the zip can read it: nothing in it is encrypted.',
  ];
}
