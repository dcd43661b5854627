import { resolve } from 'node:path';
import type { Command } from 'commander';
import { storedEvent, storedRow } from '../../../cloud/src/contract/operator.ts';
import { AmyError, EXIT_USAGE } from '../errors.ts';
import { renderCount } from '../terminal/counts.ts';
import { isAnswerShown, type Lines, showAnswer, writeFileBytes } from '../terminal/output.ts';
import type { ShowTime } from '../terminal/times.ts';
import { parseEventNumber } from './admin-event-number.ts';
import { explanationInWords } from './admin-events-shown.ts';
import { operatorOf } from './admin-operator.ts';
import { readLife } from './admin-traces.ts';
import { renderTimeline } from './admin-traces-shown.ts';
import { type CommandContext, contextOf } from './context.ts';
import { refuseToOverwrite, saveFile } from './save-file.ts';

type Options = { readonly body?: string; readonly fetched?: boolean; readonly force?: boolean };

/** Where a body goes instead of to a path. */
const STDOUT = '-';

export function addAdminShowCommand(admin: Command): void {
  admin
    .command('show')
    .description('one event: what is stored of it, its life, and its body byte for byte')
    .argument('<event>', 'the number of the event', parseEventNumber)
    .option('--body <path>', 'save the body there, - for stdout')
    .option('--fetched', 'with --body: what a ping pointed at, instead of the ping')
    .option('--force', 'overwrite what is there')
    .action((id: string, options: Options, command: Command) =>
      options.body === undefined
        ? showEvent(contextOf(command), id, options)
        : saveBody(contextOf(command), id, options.body, options),
    );
}

/** The bodies are left out, of JSON too: they are health data, and may be large. */
async function showEvent(
  context: CommandContext,
  id: string,
  { fetched = false, force = false }: Options,
): Promise<void> {
  if (fetched || force)
    throw new AmyError('usage', '--fetched and --force go with --body', {
      exitCode: EXIT_USAGE,
    });
  const operator = operatorOf(context);
  const { explanation, ...stored } = await operator.ask({ path: eventPath(id) }, storedEvent);
  const event = withoutBodies(storedRow.parse(stored));
  const life = await readLife(context, operator, id);
  showAnswer(context.json, { ...event, explanation, timeline: life.rows }, [
    ...renderEvent(event, context.time),
    '',
    explanationInWords(explanation, context.time),
    '',
    ...renderTimeline(life.rows, context.time),
    '',
    `\`amy admin show ${id} --body event.json\` saves its body.`,
  ]);
  if (life.next_cursor !== null)
    context.notice(`Its life goes on: \`amy admin traces --event ${id} --all\` shows all of it.`);
}

async function saveBody(context: CommandContext, id: string, to: string, options: Options): Promise<void> {
  if (to === STDOUT && (context.json || isAnswerShown())) {
    const why = context.json
      ? 'stdout holds the body or a JSON document, not both'
      : 'a body is not for a terminal; pipe it, or name a path with --body';
    throw new AmyError('usage', why, { exitCode: EXIT_USAGE });
  }
  const path = to === STDOUT ? null : resolve(context.folder, to);
  if (path !== null && options.force !== true) refuseToOverwrite(path, '--body');
  const body = options.fetched === true ? 'fetched-payload' : 'payload';
  const bytes = await operatorOf(context).file(`${eventPath(id)}/${body}`);
  if (path === null) return writeFileBytes(bytes);
  saveFile(path, bytes, options.force === true ? null : '--body');
  const saved = { path, bytes: bytes.byteLength };
  showAnswer(context.json, saved, `Saved as ${path}, ${renderCount(bytes.byteLength)} bytes.`);
}

export function eventPath(id: string): `/admin/raw-events/${string}` {
  return `/admin/raw-events/${id}`;
}

type StoredRow = Readonly<Record<string, string | number | null>>;

const BODIES: ReadonlySet<string> = new Set([
  'payload',
  'payload_base64',
  'payload_url',
  'fetched_payload',
  'fetched_payload_base64',
  'fetched_payload_url',
]);

function withoutBodies(event: StoredRow): StoredRow {
  return Object.fromEntries(Object.entries(event).filter(([column]) => !BODIES.has(column)));
}

/** Columns that hold a time, which people are shown on their own clock. */
const IS_TIME = /_at$/;

/** Every column that holds something, as it is stored. */
function renderEvent(event: StoredRow, time: ShowTime): Lines {
  const held = Object.entries(event).filter(([, value]) => value !== null);
  const width = Math.max(...held.map(([column]) => column.length));
  return held.map(
    ([column, value]) => `${column.padEnd(width)}  ${IS_TIME.test(column) ? time(String(value)) : value}`,
  );
}
