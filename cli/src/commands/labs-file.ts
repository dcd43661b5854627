import { resolve } from 'node:path';
import type { Command } from 'commander';
import { askFile, type ReceivedFile } from '../api/api.ts';
import { AmyError, EXIT_USAGE } from '../errors.ts';
import { isAnswerShown, showAnswer, writeFileBytes } from '../terminal/output.ts';
import { type CommandContext, contextOf } from './context.ts';
import { pickReport } from './labs-list.ts';
import { refuseToOverwrite, safeFileName, saveFile } from './save-file.ts';

type Options = { readonly output?: string; readonly force?: boolean };

/** Where the file goes instead of to a path. */
const STDOUT = '-';

const EXTENSIONS: Readonly<Record<string, string>> = { 'image/png': 'png', 'image/jpeg': 'jpg' };

export function addLabsFileCommand(labs: Command): void {
  labs
    .command('file')
    .description('fetch a report as it was uploaded')
    .argument('<id>', 'as `amy labs list` shows it, or its beginning')
    .option('--output <path>', 'where to put it, - for stdout (default: its own name, in this folder)')
    .option('--force', 'overwrite what is there')
    .action((id: string, options: Options, command: Command) => fetchReport(contextOf(command), id, options));
}

async function fetchReport(context: CommandContext, typed: string, given: Options): Promise<void> {
  const output =
    given.output === undefined || given.output === STDOUT
      ? given.output
      : resolve(context.folder, given.output);
  if (output === STDOUT && context.json) {
    throw new AmyError('usage', 'stdout holds the file or a JSON document, not both', {
      exitCode: EXIT_USAGE,
    });
  }
  if (output === STDOUT && isAnswerShown()) {
    throw new AmyError('usage', 'a terminal cannot show the file; pipe it, or name a path with --output', {
      exitCode: EXIT_USAGE,
    });
  }
  const isGuarded = given.force !== true;
  if (output !== undefined && output !== STDOUT && isGuarded) refuseToOverwrite(output, '--output');
  const access = await context.access();
  const id = await pickReport(access, typed);
  const file = await askFile(access, (api) => api.v1.labs[':id'].file.$get({ param: { id } }));
  if (output === STDOUT) return writeFileBytes(file.bytes);
  const path = output ?? resolve(context.folder, ownName(file, id));
  saveFile(path, file.bytes, isGuarded ? '--output' : null);
  const saved = { path, bytes: file.bytes.byteLength, content_type: file.contentType };
  showAnswer(context.json, saved, `Saved as ${path}.`);
}

function ownName({ name, contentType }: ReceivedFile, id: string): string {
  const extension = EXTENSIONS[contentType ?? ''] ?? 'pdf';
  return safeFileName(name) ?? safeFileName(`${id}.${extension}`) ?? `report.${extension}`;
}
