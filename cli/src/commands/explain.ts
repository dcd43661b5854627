import { type Command, InvalidArgumentError } from 'commander';
import { isDate } from '../dates.ts';
import { AmyError } from '../errors.ts';
import { LAB_DATES_NAMED } from '../limits.ts';
import { type DailyColumn, isDailyColumn, readChoices } from '../mirror/chosen-source.ts';
import { readCurrentMirror } from '../mirror/current-mirror.ts';
import { DAILY_ENTRIES } from '../mirror/dictionary/days.ts';
import { labCode, readDatesOf, readLabResults } from '../mirror/lab-results.ts';
import { showAnswer } from '../terminal/output.ts';
import { type CommandContext, contextOf } from './context.ts';
import { askServer, type ServerWord, type Told } from './explain-server.ts';
import {
  type ExplainedCell,
  type ExplainedResult,
  renderColumn,
  renderDay,
  renderNotAsked,
  renderResult,
} from './explain-shown.ts';

type Offline = { readonly offline?: boolean };

const OFFLINE = ['--offline', 'ask the file alone, not the server'] as const;

export function addExplainCommand(program: Command): void {
  const explain = program
    .command('explain')
    .description('where a number comes from, and what other devices said')
    .argument('<date>', 'the day, such as 2026-07-01', parseDate)
    .argument(
      '[column]',
      'a column of `summary`, such as resting_heart_rate; all of them without it',
      parseColumn,
    )
    .option(...OFFLINE)
    .action((date: string, column: DailyColumn | undefined, { offline }: Offline, command: Command) =>
      explainDay(contextOf(command), date, column ?? null, offline ?? false),
    );
  explain
    .command('lab')
    .description('where a lab result or a body measurement comes from')
    .argument('<code>', 'what was measured, such as glucose', labCode)
    .argument('<date>', 'the day, such as 2026-05-09', parseDate)
    .option(...OFFLINE)
    .action((code: string, date: string, _options: Offline, command: Command) =>
      explainLab(contextOf(command), code, date, command.optsWithGlobals<Offline>().offline ?? false),
    );
}

async function explainDay(
  context: CommandContext,
  date: string,
  column: DailyColumn | null,
  isOffline: boolean,
): Promise<void> {
  const cells = readCurrentMirror(context.databasePath, (database) =>
    readChoices(database, date, column).map((choice) => ({
      ...choice,
      unit: DAILY_ENTRIES[choice.column].unit,
    })),
  );
  if (cells.length === 0) {
    const what = column === null ? 'nothing' : `no ${column}`;
    throw new AmyError(
      'not_found',
      `${context.databasePath} knows ${what} of ${date}; \`amy sync\` may bring it`,
    );
  }
  const sources = [...new Set(cells.map(({ source }) => source))];
  const word = await askServer(
    context,
    isOffline,
    sources.map((source) => ({
      name: source,
      table: 'daily_summary',
      key: { source, datetime: date },
      column: column ?? undefined,
    })),
  );
  const explained = cells.map((cell) => ({ ...cell, told: toldOf(word, cell.source, cell.column) }));
  const [only] = explained;
  const lines =
    column !== null && only !== undefined
      ? renderColumn(date, only, word, context.time)
      : renderDay(date, explained, word, context.time);
  showAnswer(context.json, { date, ...wordDocument(word), values: explained.map(cellDocument) }, lines);
}

async function explainLab(
  context: CommandContext,
  code: string,
  date: string,
  isOffline: boolean,
): Promise<void> {
  const { results, dates } = readCurrentMirror(context.databasePath, (database) => ({
    results: readLabResults(database, code, date),
    dates: readDatesOf(database, code, LAB_DATES_NAMED),
  }));
  if (results.length === 0) {
    const known = dates.length === 0 ? 'nor of any other date' : `the latest are of ${dates.join(', ')}`;
    throw new AmyError('not_found', `${context.databasePath} knows no ${code} of ${date}; ${known}`);
  }
  const columnOf = ({ value }: { value: number | null }) => (value === null ? 'value_text' : 'value');
  const word = await askServer(
    context,
    isOffline,
    results.flatMap((result) => {
      const { source } = result;
      const ofResult = { table: 'biomarkers_raw', key: { source, draw_date: date, code } } as const;
      const asked = { ...ofResult, name: source, column: columnOf(result) };
      // A number alone does not say that it is a bound.
      return result.value === null
        ? [asked]
        : [asked, { ...ofResult, name: operatorsOf(source), column: 'operator' }];
    }),
  );
  const explained: ExplainedResult[] = results.map((result) => ({
    ...result,
    told: toldOf(word, result.source, columnOf(result)),
    operators: toldOf(word, operatorsOf(result.source), 'operator'),
  }));
  const lines = explained.flatMap((result) => renderResult({ code, date }, result, word, context.time));
  const values = explained.map(({ told, operators: _, ...result }) => ({ ...result, server: told }));
  showAnswer(context.json, { code, date, ...wordDocument(word), values }, [
    ...lines,
    ...renderNotAsked(word),
  ]);
}

/** The name of the question for the operators of a source, beside the one for its numbers. */
function operatorsOf(source: string): string {
  return `${source} operator`;
}

function toldOf(word: ServerWord, name: string, column: string): Told | null {
  if (word.state !== 'told') return null;
  return word.values.get(name)?.find((one) => one.column === column) ?? null;
}

function wordDocument(word: ServerWord): { readonly offline: string | null } {
  return { offline: word.state === 'told' ? null : word.reason };
}

function cellDocument({ told, ...cell }: ExplainedCell): Record<string, unknown> {
  return { ...cell, server: told };
}

function parseDate(text: string): string {
  if (isDate(text)) return text;
  throw new InvalidArgumentError('It must be a date of the calendar, such as 2026-07-01.');
}

function parseColumn(text: string): DailyColumn {
  const name = text.toLowerCase();
  if (isDailyColumn(name)) return name;
  throw new InvalidArgumentError('It is no column of a day; `amy help columns` lists them.');
}
