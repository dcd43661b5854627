import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import {
  IMPORT_DAYS_DEFAULT,
  IMPORT_DAYS_MAX,
  type ImportAccepted,
  type ImportProgress,
  importAccepted,
  importProgress,
  importRequest,
} from '../../../cloud/src/contract/import.ts';
import { type Access, ask } from '../api/api.ts';
import { AmyError, asAmyError, interrupted } from '../errors.ts';
import { IMPORT_POLL_FAILURES_MAX, IMPORT_POLL_MS } from '../limits.ts';
import { renderCounted } from '../terminal/counts.ts';
import { failureOf, type ImportDisplay, importDisplay, renderImport } from '../terminal/import-progress.ts';
import { endingWith } from '../terminal/interrupts.ts';
import { type Lines, noticeScreen, showAnswer } from '../terminal/output.ts';
import { type CommandContext, contextOf } from './context.ts';

type ImportOptions = { readonly days: number; readonly wait?: boolean; readonly status?: string };

export function addImportCommand(program: Command): void {
  program
    .command('import')
    .description('ask your devices’ makers for past days')
    .option('--days <n>', `how many, at most ${IMPORT_DAYS_MAX}`, parseDays, IMPORT_DAYS_DEFAULT)
    .option('--wait', 'until all of it is on the server')
    .option('--status <id>', 'ask for nothing: tell how an import stands')
    .action((options: ImportOptions, command: Command) => runImport(contextOf(command), options));
}

async function runImport(context: CommandContext, { days, wait, status }: ImportOptions): Promise<void> {
  const access = await context.access();
  if (status !== undefined) {
    return showProgress(context, await (wait ? waitFor(context, status) : readProgress(access, status)));
  }
  const accepted = await ask(access, (api) => api.v1.import.$post({ json: { days } }), importAccepted, {
    idempotencyKey: randomUUID(),
  });
  if (!wait || accepted.requests === 0) return showAnswer(context.json, accepted, renderAccepted(accepted));
  context.notice(renderAsked(accepted));
  showProgress(context, await waitFor(context, accepted.import_id));
}

/** Throws `import_failed` with the reasons where requests failed; what came is told before. */
function showProgress(context: CommandContext, progress: ImportProgress): void {
  showAnswer(context.json, progress, renderImport(progress));
  const failure = failureOf(progress);
  if (failure !== null) throw new AmyError('import_failed', failure);
}

function readProgress(access: Access, id: string): Promise<ImportProgress> {
  return ask(access, (api) => api.v1.imports[':id'].$get({ param: { id } }), importProgress);
}

/** Asks how an import stands until it ended. Ctrl-C ends the waiting, not the import. */
async function waitFor(context: CommandContext, id: string): Promise<ImportProgress> {
  const access = await context.access();
  const display = context.json ? null : importDisplay(noticeScreen());
  const ending = () => {
    display?.end();
    return interrupted(`the import goes on; ${howToLook(id)}`);
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
  return `look with \`amy import --status ${id}\``;
}

function renderAccepted(accepted: ImportAccepted): Lines {
  if (accepted.requests === 0) {
    return ['Nothing to import from: no device is connected. `amy connect` connects one.'];
  }
  return [
    `${renderAsked(accepted)}.`,
    `The data arrives over the next minutes; ${howToLook(accepted.import_id)}, then run \`amy sync\`.`,
  ];
}

function renderAsked({ days, requests, import_id }: ImportAccepted): string {
  return `Asked for the last ${renderCounted(days, 'day')} in ${renderCounted(requests, 'request')} (import ${import_id})`;
}

function parseDays(text: string): number {
  const days = importRequest.shape.days.safeParse(/^\d+$/.test(text) ? Number(text) : Number.NaN);
  if (!days.success) throw new InvalidArgumentError('It must be a whole number of days, 1 or more.');
  return days.data;
}
