import { randomUUID } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import type { Command } from 'commander';
import { LAB_FILE_MAX_BYTES, type LabUploaded, labUploaded } from '../../../cloud/src/contract/labs.ts';
import { ask } from '../api.ts';
import { AmyError } from '../errors.ts';
import { UPLOAD_TIMEOUT_MS } from '../limits.ts';
import { showAnswer } from '../output.ts';
import { type Session, sessionOf } from './session.ts';

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
    .action((file: string, _options: unknown, command: Command) => uploadReport(sessionOf(command), file));
}

async function uploadReport(session: Session, file: string): Promise<void> {
  const connection = session.connection();
  const report = readReport(file);
  const uploaded = await ask(
    connection,
    (api) => api.v1.labs.upload.$post({ form: { file: report } }),
    labUploaded,
    { idempotencyKey: randomUUID(), timeoutMs: UPLOAD_TIMEOUT_MS },
  );
  showAnswer(session.json, uploaded, renderUpload(uploaded));
}

/** Throws `unsupported_file_type`, `file_unreadable`, `file_too_large`, before anything is sent. */
export function readReport(path: string): File {
  const type = MEDIA_TYPES[extname(path).toLowerCase()];
  if (type === undefined) {
    throw new AmyError('unsupported_file_type', `${path} is not a PDF, PNG or JPEG by its name`);
  }
  try {
    if (statSync(path).size <= LAB_FILE_MAX_BYTES) {
      return new File([readFileSync(path)], basename(path), { type });
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AmyError('file_unreadable', `cannot read ${path}: ${reason}`, { cause });
  }
  throw new AmyError('file_too_large', `${path} is larger than ${LAB_FILE_MAX_BYTES / 1024 / 1024} MB`);
}

export function renderUpload(uploaded: LabUploaded): string {
  return `Uploaded as ${uploaded.upload_id} (${uploaded.terra_status}).\n${uploaded.note}`;
}
