import type { Command } from 'commander';
import { type SyncReport, syncMirror } from '../mirror/sync.ts';
import { renderCounted, showAnswer } from '../terminal/output.ts';
import { progressDisplay } from '../terminal/progress.ts';
import { type Session, sessionOf } from './session.ts';

export function addSyncCommand(program: Command): void {
  program
    .command('sync')
    .description('bring the local file up to the server')
    .option('--full', 'fetch everything again, and drop rows the server no longer has')
    .action((options: { full?: boolean }, command: Command) =>
      runSync(sessionOf(command), options.full ?? false),
    );
}

async function runSync(session: Session, full: boolean): Promise<void> {
  const { server, token, remedy } = await session.connection();
  // With --json stderr is for the error document alone; the answer tells the rest.
  const display = session.json ? null : progressDisplay(process.stderr);
  const onProgress = display ? display.show : () => {};
  const report = await syncMirror({
    url: server,
    token,
    remedy,
    databasePath: session.databasePath,
    full,
    onProgress,
  }).finally(() => display?.end());
  showAnswer(session.json, syncDocument(report), renderSync(report));
}

export function syncDocument(report: SyncReport): Record<string, unknown> {
  const { databasePath, setAside, ...rest } = report;
  return { database: databasePath, ...rest, set_aside: setAside };
}

export function renderSync(report: SyncReport): string {
  const tables = Object.entries(report.received)
    .filter(([, rows]) => rows > 0)
    .map(([name, rows]) => `  ${name}: ${renderCounted(rows, 'row')}`);
  const gone = report.deleted + report.removed;
  if (gone > 0) tables.push(`  gone: ${renderCounted(gone, 'row')}`);
  if (tables.length === 0) return `${report.databasePath} is up to date.`;
  const what = report.mode === 'full' ? 'Everything' : 'What changed';
  return [`${what} is in ${report.databasePath}:`, ...tables].join('\n');
}
