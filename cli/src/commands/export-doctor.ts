import { resolve } from 'node:path';
import manifest from '../../../package.json' with { type: 'json' };
import { addDays, dateIn, machineTimeZone } from '../dates.ts';
import { AmyError, EXIT_USAGE } from '../errors.ts';
import type { ZipPart } from '../for-doctor/part-names.ts';
import { REPORT_DAYS, REPORT_DAYS_LEAST, REPORT_DAYS_MOST } from '../limits.ts';
import { readCurrentMirrorAtOnce } from '../mirror/current-mirror.ts';
import { readTimeZone } from '../mirror/wall-clock.ts';
import { renderCount, renderCounted, renderSize } from '../terminal/counts.ts';
import { type Lines, noticeScreen, showAnswer } from '../terminal/output.ts';
import { renderTable } from '../terminal/table.ts';
import type { CommandContext } from './context.ts';

type Options = { readonly out?: string; readonly days?: number };

type Saved = {
  readonly path: string;
  readonly from: string;
  readonly bytes: number;
  readonly parts: readonly ZipPart[];
};

/** `amy export doctor`: one zip of days that the report can show. */
export async function exportForDoctor(
  context: CommandContext,
  { out, days = REPORT_DAYS }: Options,
  now: Date,
): Promise<void> {
  refuseDays(days);
  const { writeDoctorZip } = await import('../for-doctor/doctor-zip.ts');
  const screen = context.json ? null : noticeScreen();
  const order = { days, now, timeZone: machineTimeZone(), version: manifest.version };
  const onStep = (what: string) => screen?.draw(`${what} ...`);
  const saved = await readCurrentMirrorAtOnce(context.databasePath, async (database) => {
    const today = dateIn(readTimeZone(database, order.timeZone), now);
    const path = resolve(context.folder, out ?? `amy-export-${today}.doctor.zip`);
    const zip = await writeDoctorZip(database, path, { ...order, onStep });
    return { path, from: addDays(today, 1 - days), to: today, ...zip };
  }).finally(() => screen?.draw(''));
  const { path, bytes, parts } = saved;
  const files = [{ path, rows: parts.length, bytes }];
  const { from, to } = saved;
  showAnswer(context.json, { format: 'doctor', path, from, to, files, parts }, savedLines(saved));
}

function savedLines({ path, from, bytes, parts }: Saved): Lines {
  const rows = parts.map((part) => [
    part.name,
    part.rows === null ? '' : renderCount(part.rows),
    renderSize(part.bytes),
  ]);
  return [
    `Saved as ${path}, from ${from} on: ${renderCounted(parts.length, 'file')}, ${renderSize(bytes)}. README.html in it says what is there and what is missing.`,
    '',
    ...renderTable(['file', 'rows', 'size'], rows),
    '',
    'Whoever has the zip can read it: nothing in it is encrypted.',
  ];
}

function refuseDays(days: number): void {
  if (days >= REPORT_DAYS_LEAST && days <= REPORT_DAYS_MOST) return;
  throw new AmyError(
    'usage',
    `--days of \`amy export doctor\` is a whole number from ${REPORT_DAYS_LEAST} to ${REPORT_DAYS_MOST}, such as --days 90`,
    { exitCode: EXIT_USAGE },
  );
}
