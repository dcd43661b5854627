import { type Command, InvalidArgumentError } from 'commander';
import { AmyError, EXIT_USAGE } from '../errors.ts';
import { QUERY_ROWS_SHOWN, QUERY_TIMEOUT_S, QUERY_TIMEOUT_S_MAX, TOLD_AFTER_MS } from '../limits.ts';
import { queryMirror } from '../mirror/query.ts';
import { renderCounted } from '../terminal/counts.ts';
import { isAnswerShown, noticeScreen, showAnswer, writeAnswer, writeFileBytes } from '../terminal/output.ts';
import { csvRecords, queryDocument, renderQuery } from '../terminal/query-shown.ts';
import { type CommandContext, contextOf } from './context.ts';

type QueryOptions = { readonly csv?: boolean; readonly limit: number; readonly timeout: number };

export function addQueryCommand(program: Command): void {
  program
    .command('query')
    .description('ask the local file in SQL; nothing in it can be changed')
    .argument('<sql>', 'one statement; `amy help columns` lists tables and columns')
    .option('--csv', 'answer as CSV (RFC 4180)')
    .option('--limit <rows>', 'show so many rows at most', parseRows, QUERY_ROWS_SHOWN)
    .option('--timeout <seconds>', 'stop it where it takes longer', parseSeconds, QUERY_TIMEOUT_S)
    .action((sql: string, options: QueryOptions, command: Command) =>
      runQuery(contextOf(command), sql, options),
    );
}

const HINTS = {
  tooLong: 'ask for less, or give it longer with --timeout',
  unknownName: '`amy help columns` lists what the file has',
};

async function runQuery(context: CommandContext, sql: string, options: QueryOptions): Promise<void> {
  if (options.csv === true && context.json)
    throw new AmyError('usage', 'an answer is CSV or JSON, not both', { exitCode: EXIT_USAGE });
  const screen = context.json ? null : noticeScreen();
  const isLong = setTimeout(() => screen?.draw('asking the local file ...'), TOLD_AFTER_MS);
  const answer = await queryMirror({
    path: context.databasePath,
    sql,
    rows: options.limit,
    timeoutMs: options.timeout * 1_000,
    hints: HINTS,
  }).finally(() => {
    clearTimeout(isLong);
    screen?.draw('');
  });
  if (options.csv === true) writeCsv(csvRecords(answer));
  else showAnswer(context.json, queryDocument(answer), renderQuery(answer));
  if (answer.hasMore) {
    context.notice(
      `amy: there are more rows than the ${renderCounted(options.limit, 'row')} shown; --limit shows more`,
    );
  }
}

/** Programs get every byte; a terminal is shown what steers it as text. */
function writeCsv(records: readonly string[]): void {
  if (isAnswerShown()) writeAnswer(records);
  else writeFileBytes(Buffer.from(records.map((record) => `${record}\r\n`).join('')));
}

function parseRows(text: string): number {
  const rows = Number(text);
  if (/^\d+$/.test(text) && rows > 0 && Number.isSafeInteger(rows)) return rows;
  throw new InvalidArgumentError('It must be a whole number, 1 or more.');
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && seconds > 0 && seconds <= QUERY_TIMEOUT_S_MAX) return seconds;
  throw new InvalidArgumentError(`It must be seconds, more than 0 and at most ${QUERY_TIMEOUT_S_MAX}.`);
}
