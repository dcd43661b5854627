import { basename, resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import manifest from '../../../package.json' with { type: 'json' };
import { addDays, dateIn, machineTimeZone } from '../dates.ts';
import type { WrittenFile } from '../export/export-tables.ts';
import { FORMATS, type Format, readFormat } from '../export/formats.ts';
import { EXPORT_DAYS_MOST, REPORT_DAYS_LEAST, REPORT_DAYS_MOST } from '../limits.ts';
import { readMirrorCopy } from '../mirror/current-mirror.ts';
import { readTimeZone } from '../mirror/wall-clock.ts';
import { renderCount, renderCounted, renderSize } from '../terminal/counts.ts';
import { type Lines, noticeScreen, showAnswer } from '../terminal/output.ts';
import { renderTable } from '../terminal/table.ts';
import { type CommandContext, contextOf } from './context.ts';
import { parseDaysOf } from './days-option.ts';

/** No format, but several of them in one file. */
const DOCTOR = 'doctor';

type Options = { readonly out?: string; readonly days?: number };
type Given = { readonly out?: string; readonly days?: string };

export function addExportCommand(program: Command): void {
  program
    .command('export')
    .description('your data as files that other programs open')
    .addArgument(new Argument('<format>', 'what to write').choices([...FORMATS, DOCTOR]))
    .option(
      '--out <path>',
      'where to put it (default: amy-export-<date>, with .fhir.json or .doctor.zip behind it, in this folder)',
    )
    .option('--days <days>', 'the last so many days (default: everything, of doctor 90)')
    .action(async (format: Format | typeof DOCTOR, { days, ...given }: Given, command: Command) => {
      const context = contextOf(command);
      // A report has other bounds than a table.
      const [least, most] = format === DOCTOR ? [REPORT_DAYS_LEAST, REPORT_DAYS_MOST] : [1, EXPORT_DAYS_MOST];
      const options =
        days === undefined ? given : { ...given, days: parseDaysOf(command, days, least, most) };
      if (format !== DOCTOR) return exportData(context, format, options, new Date());
      const { exportForDoctor } = await import('./export-doctor.ts');
      return exportForDoctor(context, options, new Date());
    });
}

async function exportData(
  context: CommandContext,
  format: Format,
  { out, days }: Options,
  now: Date,
): Promise<void> {
  const { ending, write } = await readFormat(format);
  const screen = context.json ? null : noticeScreen();
  screen?.draw(`writing ${format} ...`);
  const saved = await readMirrorCopy(context.databasePath, async (database) => {
    const today = dateIn(readTimeZone(database, machineTimeZone()), now);
    const from = days === undefined ? null : addDays(today, 1 - days);
    const path = resolve(context.folder, out ?? `amy-export-${today}${ending}`);
    const files = await write(database, path, { from, now, version: manifest.version });
    return { format, path, from, files };
  }).finally(() => screen?.draw(''));
  showAnswer(context.json, saved, savedLines(saved.path, saved.from, saved.files));
}

function savedLines(path: string, from: string | null, files: readonly WrittenFile[]): Lines {
  const since = from === null ? '' : `, from ${from} on`;
  const [first] = files;
  if (first?.path === path)
    return [
      `Saved as ${path}${since}: ${renderCounted(first.rows, 'entry', 'entries')}, ${renderSize(first.bytes)}.`,
    ];
  const rows = files.map((file) => [basename(file.path), renderCount(file.rows), renderSize(file.bytes)]);
  return [`Saved in ${path}${since}:`, '', ...renderTable(['file', 'rows', 'size'], rows)];
}
