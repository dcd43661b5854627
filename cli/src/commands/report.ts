import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import manifest from '../../../package.json' with { type: 'json' };
import { machineTimeZone } from '../dates.ts';
import { REPORT_DAYS, REPORT_DAYS_LEAST, REPORT_DAYS_MOST } from '../limits.ts';
import { openAddress } from '../terminal/open-address.ts';
import { noticeScreen, showAnswer } from '../terminal/output.ts';
import { type CommandContext, contextOf } from './context.ts';
import { daysParser } from './days-option.ts';
import { saveFile } from './save-file.ts';

type Options = {
  readonly days: number;
  readonly out?: string;
  readonly open?: boolean;
  readonly force?: boolean;
};

export function addReportCommand(program: Command): void {
  program
    .command('report')
    .description('your days, labs and what is usual for you, as one page to keep')
    .option(
      '--days <days>',
      'the last so many days',
      daysParser(REPORT_DAYS_LEAST, REPORT_DAYS_MOST),
      REPORT_DAYS,
    )
    .option('--out <file>', 'where to put it (default: amy-report-<date>.html, in this folder)')
    .option('--open', 'open it in the browser')
    .option('--force', 'overwrite what is there')
    .action((options: Options, command: Command) => writeReport(contextOf(command), options, new Date()));
}

async function writeReport(context: CommandContext, options: Options, now: Date): Promise<void> {
  const { makeReport } = await import('../report/make-report.ts');
  const screen = context.json ? null : noticeScreen();
  const asked = { days: options.days, now, timeZone: machineTimeZone() };
  const onStep = (what: string) => screen?.draw(`${what} ...`);
  const made = await makeReport(context.databasePath, manifest.version, asked, onStep).finally(() =>
    screen?.draw(''),
  );
  const path = resolve(context.folder, options.out ?? `amy-report-${made.today}.html`);
  const bytes = Buffer.from(made.html);
  saveFile(path, bytes, options.force === true ? null : '--out');
  const saved = {
    path,
    bytes: bytes.byteLength,
    days: options.days,
    from: made.from,
    to: made.to,
    time_zone: made.timeZone,
    sections: made.sections,
  };
  showAnswer(context.json, saved, [`Saved as ${path}.`, ...missingLines(made.sections)]);
  if (options.open === true && !(await openAddress(pathToFileURL(path).href)))
    context.notice('amy: no browser could be started; open the file yourself');
}

function missingLines(
  sections: readonly { readonly title: string; readonly shown: boolean }[],
): readonly string[] {
  const missing = sections.filter(({ shown }) => !shown).map(({ title }) => title);
  if (missing.length === 0) return [];
  return [`Nothing is known for: ${missing.join(', ')}. The report says what would bring it.`];
}
