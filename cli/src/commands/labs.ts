import { randomUUID } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import type { Command } from 'commander';
import {
  LAB_FILE_MAX_BYTES,
  labDeleted,
  labUploadDetails,
  labUploaded,
  labUploadList,
} from '../../../cloud/src/contract/labs.ts';
import { LIST_LIMIT_MAX } from '../../../cloud/src/contract/parameters.ts';
import { ask } from '../api/api.ts';
import { everyPage } from '../api/every-page.ts';
import { AmyError, messageOf } from '../errors.ts';
import { UPLOAD_TIMEOUT_MS } from '../limits.ts';
import { isAgreed } from '../terminal/confirm.ts';
import { showAnswer } from '../terminal/output.ts';
import { type CommandContext, contextOf } from './context.ts';
import { addLabsFileCommand } from './labs-file.ts';
import { renderDeletion, renderReport, renderReports, renderUpload } from './labs-shown.ts';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
};

export function addLabsCommand(program: Command): void {
  const labs = program.command('labs').description('lab reports');
  labs
    .command('upload')
    .description('send a lab report to be read')
    .argument('<file>', 'a PDF, PNG or JPEG of at most 10 MB')
    .action((file: string, _options: unknown, command: Command) => uploadReport(contextOf(command), file));
  labs
    .command('list')
    .description('your lab reports, newest first')
    .action((_options: unknown, command: Command) => listReports(contextOf(command)));
  labs
    .command('show')
    .description('one report and what was read from it')
    .argument('<id>', ID)
    .action((id: string, _options: unknown, command: Command) => showReport(contextOf(command), id));
  addLabsFileCommand(labs);
  labs
    .command('retry')
    .description('send a report that failed to be read again')
    .argument('<id>', ID)
    .action((id: string, _options: unknown, command: Command) => retryReport(contextOf(command), id));
  labs
    .command('delete')
    .description('delete a report and what was read from it, on the server')
    .argument('<id>', ID)
    .option('--yes', 'do not ask')
    .action((id: string, options: { yes?: boolean }, command: Command) =>
      deleteReport(contextOf(command), id, options.yes ?? false),
    );
}

const ID = 'as `amy labs list` shows it';

async function uploadReport(context: CommandContext, file: string): Promise<void> {
  const access = await context.access();
  const report = readLabFile(file);
  const uploaded = await ask(
    access,
    (api) => api.v1.labs.upload.$post({ form: { file: report } }),
    labUploaded,
    { idempotencyKey: randomUUID(), timeoutMs: UPLOAD_TIMEOUT_MS },
  );
  showAnswer(context.json, uploaded, renderUpload(uploaded));
}

async function listReports(context: CommandContext): Promise<void> {
  const access = await context.access();
  const limit = String(LIST_LIMIT_MAX);
  const data = await everyPage((cursor) =>
    ask(access, (api) => api.v1.labs.$get({ query: { limit, cursor } }), labUploadList),
  );
  showAnswer(context.json, { data }, renderReports(data));
}

async function showReport(context: CommandContext, id: string): Promise<void> {
  const report = await ask(
    await context.access(),
    (api) => api.v1.labs[':id'].$get({ param: { id } }),
    labUploadDetails,
  );
  showAnswer(context.json, report, renderReport(report));
}

async function retryReport(context: CommandContext, id: string): Promise<void> {
  const sent = await ask(
    await context.access(),
    (api) => api.v1.labs[':id'].retry.$post({ param: { id } }),
    labUploaded,
    { idempotencyKey: randomUUID(), timeoutMs: UPLOAD_TIMEOUT_MS },
  );
  showAnswer(context.json, sent, renderUpload(sent));
}

function isDeletionAgreed(id: string): Promise<boolean> {
  const question = `Delete the lab report ${id} and what was read from it?`;
  return isAgreed(question, `to delete the lab report ${id}, add --yes`);
}

async function deleteReport(context: CommandContext, id: string, yes: boolean): Promise<void> {
  const access = await context.access();
  if (!yes && !(await isDeletionAgreed(id))) {
    throw new AmyError('not_confirmed', `the lab report ${id} was left as it is`);
  }
  const answer = await ask(access, (api) => api.v1.labs[':id'].$delete({ param: { id } }), labDeleted);
  showAnswer(context.json, answer, renderDeletion(id, answer));
}

/** Throws `unsupported_file_type`, `file_unreadable`, `file_too_large`, before anything is sent. */
function readLabFile(path: string): File {
  const type = MEDIA_TYPES[extname(path).toLowerCase()];
  if (type === undefined) {
    throw new AmyError('unsupported_file_type', `${path} is not a PDF, PNG or JPEG by its name`);
  }
  try {
    if (statSync(path).size <= LAB_FILE_MAX_BYTES) {
      return new File([readFileSync(path)], basename(path), { type });
    }
  } catch (cause) {
    throw new AmyError('file_unreadable', `cannot read ${path}: ${messageOf(cause)}`, { cause });
  }
  throw new AmyError('file_too_large', `${path} is larger than ${LAB_FILE_MAX_BYTES / 1024 / 1024} MB`);
}
