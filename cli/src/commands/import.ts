import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import {
  IMPORT_DAYS_DEFAULT,
  IMPORT_DAYS_MAX,
  type ImportAccepted,
  type ImportListed,
  type ImportProgress,
  importAccepted,
  importListed,
  importProgress,
  importRequest,
} from '../../../cloud/src/contract/import.ts';
import { LIST_LIMIT_MAX, listOf } from '../../../cloud/src/contract/parameters.ts';
import { type Access, ask } from '../api/api.ts';
import { everyPage } from '../api/every-page.ts';
import { AmyError, asAmyError } from '../errors.ts';
import { IMPORT_POLL_FAILURES_MAX, IMPORT_POLL_MS } from '../limits.ts';
import { renderCount, renderCounted } from '../terminal/counts.ts';
import { failureOf, type ImportDisplay, importDisplay, renderImport } from '../terminal/import-progress.ts';
import { type Lines, noticeScreen, showAnswer } from '../terminal/output.ts';
import { shortIds } from '../terminal/short-ids.ts';
import { renderTable } from '../terminal/table.ts';
import type { ShowTime } from '../terminal/times.ts';
import { endingWith } from '../under-way.ts';
import { type CommandContext, contextOf } from './context.ts';
import { type IdKind, pickId } from './pick-id.ts';

type ImportOptions = { readonly days: number; readonly wait?: boolean; readonly status?: string | true };

const IMPORT_ID: IdKind = { noun: 'import', shownBy: 'amy import list' };

export function addImportCommand(program: Command): void {
  const command = program
    .command('import')
    .description('ask your devices’ makers for past days')
    .option('--days <n>', `how many days back, at most ${IMPORT_DAYS_MAX}`, parseDays, IMPORT_DAYS_DEFAULT)
    .option('--wait', 'wait until all of it is on the server')
    .option('--status [id]', 'start nothing: show how far an import is, the latest where no id is given')
    .action((options: ImportOptions, command: Command) => runImport(contextOf(command), options));
  command
    .command('list')
    .description('your imports, the latest first')
    .action((_options: unknown, command: Command) => listImports(contextOf(command)));
}

async function runImport(context: CommandContext, { days, wait, status }: ImportOptions): Promise<void> {
  const access = await context.access();
  if (status !== undefined) {
    const id = await (status === true ? latestImport(access) : pickImport(access, status));
    return showProgress(context, await (wait ? waitFor(context, id) : readProgress(access, id)));
  }
  const asked = Math.min(days, IMPORT_DAYS_MAX);
  if (asked < days) {
    context.notice(
      `${renderCounted(days, 'day')} are more than can be asked for: asking for ${renderCount(asked)}.`,
    );
  }
  const accepted = await ask(
    access,
    (api) => api.v1.import.$post({ json: { days: asked } }),
    importAccepted,
    { idempotencyKey: randomUUID() },
  );
  if (!wait || accepted.requests === 0)
    return showAnswer(context.json, accepted, renderAccepted(accepted, asked));
  context.notice(`${renderAsked(accepted, asked)} (import ${accepted.import_id}).`);
  showProgress(context, await waitFor(context, accepted.import_id));
}

async function listImports(context: CommandContext): Promise<void> {
  const data = await fetchImports(await context.access());
  showAnswer(context.json, { data }, renderImports(data, context.time));
}

function fetchImports(access: Access): Promise<ImportListed[]> {
  const limit = String(LIST_LIMIT_MAX);
  return everyPage((cursor) =>
    ask(access, (api) => api.v1.imports.$get({ query: { limit, cursor } }), listOf(importListed)),
  );
}

function pickImport(access: Access, typed: string): Promise<string> {
  return pickId(typed, IMPORT_ID, async () => (await fetchImports(access)).map(({ import_id }) => import_id));
}

/** Throws `not_found` where there is none. */
async function latestImport(access: Access): Promise<string> {
  const page = await ask(
    access,
    (api) => api.v1.imports.$get({ query: { limit: '1' } }),
    listOf(importListed),
  );
  const latest = page.data[0]?.import_id;
  if (latest === undefined) {
    throw new AmyError(
      'not_found',
      'you have asked for no import yet; `amy import --days 365` asks for a year',
    );
  }
  return latest;
}

function renderImports(imports: readonly ImportListed[], time: ShowTime): Lines {
  if (imports.length === 0) return ['No imports yet; `amy import --days 365` asks for a year.'];
  const short = shortIds(imports.map(({ import_id }) => import_id));
  const rows = imports.map(({ import_id, created_at, days, requests }) => [
    short(import_id),
    time(created_at),
    renderCount(days),
    renderCount(requests),
  ]);
  return [
    ...renderTable(['import', 'asked', 'days', 'answers'], rows, ['left', 'left', 'right', 'right']),
    '`amy import --status <import>` tells how one stands.',
  ];
}

/** Throws `import_failed` with the reasons where requests failed; what came is told before. */
function showProgress(context: CommandContext, progress: ImportProgress): void {
  showAnswer(context.json, progress, renderImport(progress, context.time));
  const failure = failureOf(progress);
  if (failure !== null) throw new AmyError('import_failed', failure);
}

function readProgress(access: Access, id: string): Promise<ImportProgress> {
  return ask(access, (api) => api.v1.imports[':id'].$get({ param: { id } }), importProgress);
}

/** Asks how an import stands until it ended. Ctrl-C ends the waiting, not the import. */
async function waitFor(context: CommandContext, id: string): Promise<ImportProgress> {
  const access = await context.access();
  const display = context.json ? null : importDisplay(noticeScreen(), context.time);
  const ending = () => {
    display?.end();
    return `the import goes on; ${howToLook(id)}`;
  };
  return endingWith(ending, () => poll(access, id, display)).finally(() => display?.end());
}

async function poll(access: Access, id: string, display: ImportDisplay | null): Promise<ImportProgress> {
  for (let failures = 0; ; await sleep(IMPORT_POLL_MS)) {
    try {
      const progress = await readProgress(access, id);
      failures = 0;
      display?.show(progress);
      if (progress.state !== 'running') return progress;
    } catch (thrown) {
      const error = asAmyError(thrown);
      failures += 1;
      if (!PASSING.has(error.code)) throw error;
      if (failures > IMPORT_POLL_FAILURES_MAX) {
        throw new AmyError(error.code, `${error.message}; the import goes on, ${howToLook(id)}`, {
          requestId: error.requestId,
          cause: error,
        });
      }
    }
  }
}

/** What may be over at the next question. */
const PASSING: ReadonlySet<string> = new Set(['network_failed', 'server_busy', 'internal', 'unavailable']);

function howToLook(id: string): string {
  // Its beginning is enough, and fits a line.
  return `look with \`amy import --status ${shortIds([id])(id)}\``;
}

function renderAccepted(accepted: ImportAccepted, asked: number): Lines {
  if (accepted.requests === 0) {
    return ['Nothing to import from: no device is connected. `amy connect` connects one.'];
  }
  return [
    `${renderAsked(accepted, asked)}.`,
    `They arrive over the next minutes; ${howToLook(accepted.import_id)}, then run \`amy sync\`.`,
  ];
}

/** One import runs at a time: what it asks for already is not asked for again. */
function renderAsked({ days, requests }: ImportAccepted, asked: number): string {
  const span = `the last ${renderCounted(days, 'day')}`;
  const answers = renderCounted(requests, 'answer');
  const what =
    days > asked
      ? // Some of them may be here already.
        `An import of ${span} is under way and brings these too: ${answers} in all`
      : `Asked for ${span}: ${answers} ${requests === 1 ? 'is' : 'are'} to come`;
  return `${what}, one for each device and kind of data`;
}

function parseDays(text: string): number {
  const days = importRequest.shape.days.safeParse(/^\d+$/.test(text) ? Number(text) : Number.NaN);
  if (!days.success) throw new InvalidArgumentError('It must be a whole number of days, 1 or more.');
  return days.data;
}
