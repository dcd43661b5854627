import { randomUUID } from 'node:crypto';
import { type Command, InvalidArgumentError } from 'commander';
import {
  IMPORT_DAYS_DEFAULT,
  IMPORT_DAYS_MAX,
  type ImportAccepted,
  importAccepted,
  importRequest,
} from '../../../cloud/src/contract/import.ts';
import { ask } from '../api.ts';
import { renderCounted, showAnswer } from '../output.ts';
import { type Session, sessionOf } from './session.ts';

export function addImportCommand(program: Command): void {
  program
    .command('import')
    .description('ask your devices’ makers for past days')
    .option('--days <n>', `how many, at most ${IMPORT_DAYS_MAX}`, parseDays, IMPORT_DAYS_DEFAULT)
    .action((options: { days: number }, command: Command) => runImport(sessionOf(command), options.days));
}

async function runImport(session: Session, days: number): Promise<void> {
  const accepted = await ask(
    await session.connection(),
    (api) => api.v1.import.$post({ json: { days } }),
    importAccepted,
    { idempotencyKey: randomUUID() },
  );
  showAnswer(session.json, accepted, renderImport(accepted));
}

export function renderImport(accepted: ImportAccepted): string {
  if (accepted.requests === 0) return 'Nothing to import from: no device is connected.';
  const asked = `Asked for the last ${renderCounted(accepted.days, 'day')} in ${renderCounted(accepted.requests, 'request')}`;
  return `${asked} (import ${accepted.import_id}).\nThe data arrives over the next minutes; run \`amy sync\` then.`;
}

function parseDays(text: string): number {
  const days = importRequest.shape.days.safeParse(/^\d+$/.test(text) ? Number(text) : Number.NaN);
  if (!days.success) throw new InvalidArgumentError('It must be a whole number of days, 1 or more.');
  return days.data;
}
