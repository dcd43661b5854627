import type { Command } from 'commander';
import { type SyncResult, syncMirror } from '../mirror/sync.ts';
import { renderCounted } from '../terminal/counts.ts';
import { renderRows } from '../terminal/nouns.ts';
import { type Lines, noticeScreen, showAnswer } from '../terminal/output.ts';
import { syncDisplay } from '../terminal/sync-progress.ts';
import { type CommandContext, contextOf } from './context.ts';

export function addSyncCommand(program: Command): void {
  program
    .command('sync')
    .description('bring the local file up to the server')
    .option('--full', 'fetch everything again, and drop rows the server no longer has')
    .action((options: { full?: boolean }, command: Command) =>
      runSync(contextOf(command), options.full ?? false),
    );
}

async function runSync(context: CommandContext, full: boolean): Promise<void> {
  const { server, insecure, token, remedy } = await context.access();
  // With --json stderr is for the error document alone; the answer tells the rest.
  const display = context.json ? null : syncDisplay(noticeScreen());
  const onProgress = display ? display.show : () => {};
  const result = await syncMirror({
    url: server,
    insecure,
    token,
    remedy,
    databasePath: context.databasePath,
    full,
    onProgress,
  }).finally(() => display?.end());
  showAnswer(context.json, syncDocument(result), renderSync(result));
}

function syncDocument(result: SyncResult): Record<string, unknown> {
  const { databasePath, setAside, ...rest } = result;
  return { database: databasePath, ...rest, set_aside: setAside };
}

function renderSync(result: SyncResult): Lines {
  const received = renderRows(result.received);
  const gone = result.deleted + result.removed;
  if (received === '' && gone === 0) return [`${result.databasePath} is up to date.`];
  const what = result.mode === 'full' ? 'Everything' : 'What changed';
  return [
    `${what} is in ${result.databasePath}:`,
    ...(received === '' ? [] : [`  ${received}`]),
    ...(gone === 0
      ? []
      : [
          `  ${renderCounted(gone, 'row')} that the server no longer has ${gone === 1 ? 'is' : 'are'} gone here too`,
        ]),
  ];
}
