import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { AmyError, EXIT_USAGE } from '../errors.ts';
import { WATCH_ACCESS_MAX_MS, WATCH_EVERY_LEAST_S, WATCH_EVERY_MOST_S, WATCH_EVERY_S } from '../limits.ts';
import { type SyncResult, syncMirror } from '../mirror/sync.ts';
import { renderCounted } from '../terminal/counts.ts';
import { renderRows } from '../terminal/nouns.ts';
import { type Lines, noticeScreen, readerGone, showAnswer, showNews } from '../terminal/output.ts';
import { syncDisplay } from '../terminal/sync-progress.ts';
import { endingWith } from '../under-way.ts';
import { type CommandContext, contextOf } from './context.ts';
import { watch } from './watch.ts';

type SyncOptions = { readonly full?: boolean; readonly watch?: boolean; readonly every?: number };

export function addSyncCommand(program: Command): void {
  program
    .command('sync')
    .description('fetch what is new on the server into the local file')
    .option('--full', 'fetch everything again, and drop what the server no longer has')
    .option('--watch', 'go on until Ctrl-C, and say what is new')
    .option(
      '--every <seconds>',
      `with --watch: seconds between two looks, at least ${WATCH_EVERY_LEAST_S} (default: ${WATCH_EVERY_S})`,
      parseEvery,
    )
    .action((options: SyncOptions, command: Command) => {
      const context = contextOf(command);
      if (options.watch) return follow(context, options);
      if (options.every === undefined) return runSync(context, options.full ?? false);
      throw new AmyError('usage', '--every goes with --watch', { exitCode: EXIT_USAGE });
    });
}

function parseEvery(given: string): number {
  const seconds = Number(given);
  if (Number.isInteger(seconds) && seconds >= WATCH_EVERY_LEAST_S && seconds <= WATCH_EVERY_MOST_S) {
    return seconds;
  }
  throw new InvalidArgumentError(
    `It must be a whole number of seconds, from ${WATCH_EVERY_LEAST_S} to ${WATCH_EVERY_MOST_S}.`,
  );
}

async function runSync(context: CommandContext, full: boolean): Promise<void> {
  const result = await syncOnce(context, await context.access(), full);
  showAnswer(context.json, syncDocument(result), renderSync(result));
}

type SyncAccess = Awaited<ReturnType<CommandContext['access']>>;

function syncOnce(context: CommandContext, access: SyncAccess, full: boolean): Promise<SyncResult> {
  const { server, insecure, token, remedy } = access;
  const { databasePath } = context;
  // With --json stderr is for the error document alone; the answer tells the rest.
  const display = context.json ? null : syncDisplay(noticeScreen());
  const onProgress = display ? display.show : () => {};
  return syncMirror({ url: server, insecure, token, remedy, databasePath, full, onProgress }).finally(() =>
    display?.end(),
  );
}

/** Until Ctrl-C, a failure that does not pass, or nobody reads the news any more. */
async function follow(context: CommandContext, { every = WATCH_EVERY_S, full = false }: SyncOptions) {
  let access = await context.access();
  let accessMs = Date.now();
  let isFull = full;
  const look = async () => {
    if (Date.now() - accessMs > WATCH_ACCESS_MAX_MS) {
      access = await context.access();
      accessMs = Date.now();
    }
    const result = await syncOnce(context, access, isFull);
    isFull = false;
    return result;
  };
  const ending = () => `watching ended; ${context.databasePath} is whole`;
  const display = watchDisplay(context);
  // A pause fails only where the reader has gone, as `amy sync --watch | head` does: else it would go on for nobody.
  const pause = (waitMs: number) => sleep(waitMs, true, { signal: readerGone }).catch(() => false);
  await endingWith(ending, () => watch({ everyMs: every * 1_000, look, pause, ...display })).finally(() =>
    display.end(),
  );
}

/** On a terminal one line tells how it stands, drawn over and over; every piece of news stays. */
function watchDisplay(context: CommandContext) {
  const screen = noticeScreen();
  const stand = (line: string) => {
    if (!context.json) screen.draw(line);
  };
  const timeAfter = (ms: number) => context.time(new Date(Date.now() + ms).toISOString());
  let [isFirst, isAway] = [true, false];
  return {
    onLook(result: SyncResult, waitMs: number) {
      stand('');
      if (isAway) context.notice('the server is there again');
      if (isFirst || hasNews(result)) {
        showNews(context.json, syncDocument(result), renderNews(result, timeAfter(0)));
      }
      [isFirst, isAway] = [false, false];
      stand(`up to date at ${timeAfter(0)}; the next look is at ${timeAfter(waitMs)}`);
    },
    onAway({ message }: AmyError, waitMs: number) {
      stand('');
      if (!isAway) context.notice(`amy: ${message}; it is tried again`);
      isAway = true;
      stand(`not up to date; the next try is at ${timeAfter(waitMs)}`);
    },
    end: () => stand(''),
  };
}

function hasNews({ received, deleted, removed, mode }: SyncResult): boolean {
  return mode === 'full' || deleted + removed > 0 || Object.values(received).some((rows) => rows > 0);
}

function renderNews(result: SyncResult, at: string): Lines {
  const gone = result.deleted + result.removed;
  const parts = [
    renderRows(result.received),
    gone === 0 ? '' : `${renderCounted(gone, 'row')} ${gone === 1 ? 'is' : 'are'} gone`,
  ].filter((part) => part !== '');
  return [`${at}  ${parts.join('; ') || 'nothing is new'}`];
}

function syncDocument(result: SyncResult): Record<string, unknown> {
  const { databasePath, setAside, leftOut, ...rest } = result;
  return { database: databasePath, ...rest, set_aside: setAside, left_out: leftOut };
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
