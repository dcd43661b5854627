import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import type { Command } from 'commander';
import {
  LAB_FILE_MAX_BYTES,
  labDeleted,
  labUploadDetails,
  labUploaded,
} from '../../../cloud/src/contract/labs.ts';
import { type Access, ask } from '../api/api.ts';
import { AmyError, systemReason } from '../errors.ts';
import { UPLOAD_TIMEOUT_MS } from '../limits.ts';
import { isAgreed } from '../terminal/confirm.ts';
import { showAnswer } from '../terminal/output.ts';
import { type CommandContext, contextOf } from './context.ts';
import { addLabsFileCommand } from './labs-file.ts';
import { fetchReports, pickReport } from './labs-list.ts';
import { nameOf, renderDeletion, renderReport, renderReports, renderUpload } from './labs-shown.ts';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
};

export function addLabsCommand(program: Command): void {
  const labs = program.command('labs').description('send lab reports, and see what was read from them');
  labs
    .command('upload')
    .description('send a lab report to be read')
    .argument('<file>', 'a PDF, PNG or JPEG of at most 10 MB')
    .option('--again', 'send it though the same file is there already')
    .action((file: string, options: { again?: boolean }, command: Command) =>
      uploadReport(contextOf(command), file, options.again ?? false),
    );
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

const ID = 'as `amy labs list` shows it, or its beginning';

async function uploadReport(context: CommandContext, file: string, again: boolean): Promise<void> {
  const access = await context.access();
  const report = readLabFile(resolve(context.folder, file));
  if (!again) await askAboutTwin(context, access, report);
  const uploaded = await ask(
    access,
    (api) => api.v1.labs.upload.$post({ form: { file: report } }),
    labUploaded,
    { idempotencyKey: randomUUID(), timeoutMs: UPLOAD_TIMEOUT_MS },
  );
  showAnswer(context.json, uploaded, renderUpload(uploaded));
}

/** Terra reads, and bills, every upload; the same bytes say the same. Throws `not_confirmed` where they are not wanted. */
async function askAboutTwin(context: CommandContext, access: Access, report: File): Promise<void> {
  const sha256 = createHash('sha256')
    .update(new Uint8Array(await report.arrayBuffer()))
    .digest('hex');
  const twin = (await fetchReports(access)).find((one) => one.sha256 === sha256);
  if (twin === undefined) return;
  const what = `this file is there already, uploaded ${context.time(twin.uploaded_at)} as ${nameOf(twin)} (${twin.id})`;
  if (!(await isAgreed(`${what}. Upload it once more?`, `${what}; to upload it once more, add --again`))) {
    throw new AmyError('not_confirmed', 'nothing was uploaded');
  }
}

async function listReports(context: CommandContext): Promise<void> {
  const data = await fetchReports(await context.access());
  showAnswer(context.json, { data }, renderReports(data, context.time));
}

async function showReport(context: CommandContext, typed: string): Promise<void> {
  const access = await context.access();
  const id = await pickReport(access, typed);
  const report = await ask(access, (api) => api.v1.labs[':id'].$get({ param: { id } }), labUploadDetails);
  showAnswer(context.json, report, renderReport(report, context.time));
}

async function retryReport(context: CommandContext, typed: string): Promise<void> {
  const access = await context.access();
  const id = await pickReport(access, typed);
  const sent = await ask(access, (api) => api.v1.labs[':id'].retry.$post({ param: { id } }), labUploaded, {
    idempotencyKey: randomUUID(),
    timeoutMs: UPLOAD_TIMEOUT_MS,
  });
  showAnswer(context.json, sent, renderUpload(sent));
}

function isDeletionAgreed(id: string): Promise<boolean> {
  const question = `Delete the lab report ${id} and what was read from it?`;
  return isAgreed(question, `to delete the lab report ${id}, add --yes`);
}

async function deleteReport(context: CommandContext, typed: string, yes: boolean): Promise<void> {
  const access = await context.access();
  const id = await pickReport(access, typed);
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
    throw new AmyError('file_unreadable', `cannot read ${path}: ${systemReason(cause)}`, { cause });
  }
  throw new AmyError('file_too_large', `${path} is larger than ${LAB_FILE_MAX_BYTES / 1024 / 1024} MB`);
}
