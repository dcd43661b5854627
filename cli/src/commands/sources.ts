import type { DatabaseSync } from 'node:sqlite';
import { type Command, InvalidArgumentError } from 'commander';
import { PROVIDERS } from '../../../cloud/src/contract/providers.ts';
import { AmyError, EXIT_USAGE } from '../errors.ts';
import { isDailyColumn } from '../mirror/chosen-source.ts';
import { changeCurrentMirror, readCurrentMirror } from '../mirror/current-mirror.ts';
import {
  readMetricOrders,
  readSourceOrder,
  readSourcesOfDays,
  resetSourceOrders,
  type SourceOrder,
  writeMetricOrder,
  writeSourceOrder,
} from '../mirror/source-order.ts';
import { metricOf, NIGHT_METRIC } from '../mirror/summary.ts';
import { type Lines, showAnswer } from '../terminal/output.ts';
import { type CommandContext, contextOf } from './context.ts';

type OrderOptions = { readonly for?: string; readonly reset?: boolean };

/** What the file says: the order of all metrics, those of single ones, and sources that it has and no order names. */
type Orders = {
  readonly order: SourceOrder;
  readonly metrics: Readonly<Record<string, SourceOrder>>;
  readonly unlisted: SourceOrder;
};

export function addSourcesCommand(program: Command): void {
  program
    .command('sources')
    .description('which device is believed where several measured the same')
    .command('order')
    .description('show which device is believed first, or set it: those you name, then the others')
    .argument('[source...]', 'such as oura whoop, the most trusted first')
    .option(
      '--for <metric>',
      'for one column alone, such as steps; `night` is everything about sleep',
      parseMetric,
    )
    .option('--reset', 'forget the order you set: all of it, or with --for that of one column')
    .action((sources: string[], options: OrderOptions, command: Command) =>
      orderSources(contextOf(command), sources, options),
    );
}

async function orderSources(
  context: CommandContext,
  typed: readonly string[],
  { for: metric, reset = false }: OrderOptions,
): Promise<void> {
  const sources = typed.map((one) => one.toLowerCase());
  if (reset && sources.length > 0) throw usage('name sources or say --reset, not both');
  const twice = sources.find((one, index) => sources.indexOf(one) !== index);
  if (twice !== undefined) throw usage(`${twice} is named twice`);
  const path = context.databasePath;
  const orders =
    sources.length === 0 && !reset
      ? readCurrentMirror(path, readOrders)
      : await changeCurrentMirror(path, (database) => {
          refuseUnknown(database, sources);
          change(database, sources, metric);
          return readOrders(database);
        });
  const { order, unlisted } = orders;
  const asked = sources.length === 0 && !reset ? metric : undefined;
  const metrics = asked === undefined ? orders.metrics : ofOne(orders.metrics, asked);
  showAnswer(
    context.json,
    { database: path, order, for: metrics, unlisted },
    renderOrders({ order, metrics, unlisted }, asked),
  );
}

/** Without sources it forgets. */
function change(database: DatabaseSync, sources: SourceOrder, metric: string | undefined): void {
  if (metric !== undefined) writeMetricOrder(database, metric, sources);
  else if (sources.length === 0) resetSourceOrders(database);
  else {
    const rest = readSourceOrder(database).filter((one) => !sources.includes(one));
    writeSourceOrder(database, [...sources, ...rest]);
  }
}

function readOrders(database: DatabaseSync): Orders {
  const order = readSourceOrder(database);
  const unlisted = readSourcesOfDays(database).filter((one) => !order.includes(one));
  return { order, metrics: readMetricOrders(database), unlisted };
}

/** The order of that metric alone, where it has one of its own. */
function ofOne(metrics: Orders['metrics'], metric: string): Orders['metrics'] {
  const own = metrics[metric];
  return own === undefined ? {} : { [metric]: own };
}

/** A name with a slip of the pen would be believed by nobody, and say nothing of it. */
function refuseUnknown(database: DatabaseSync, sources: SourceOrder): void {
  const known = new Set<string>([...PROVIDERS, ...readSourceOrder(database), ...readSourcesOfDays(database)]);
  const unknown = sources.find((one) => !known.has(one));
  if (unknown !== undefined) {
    throw usage(`there is no source "${unknown}": known are ${[...known].toSorted().join(', ')}`);
  }
}

function renderOrders({ order, metrics, unlisted }: Orders, asked: string | undefined): Lines {
  const rest = unlisted.length === 0 ? 'then others by name' : `then by name: ${unlisted.join(', ')}`;
  return [
    `${order.join(', ')}; ${rest}.`,
    ...Object.entries(metrics).map(
      ([metric, sources]) => `For ${renderMetric(metric)}: ${sources.join(', ')}, then as above.`,
    ),
    ...(asked !== undefined && !(asked in metrics)
      ? [`For ${renderMetric(asked)} that is the order, too.`]
      : []),
    'The night always comes whole from one source: the first that knows how long it was.',
  ];
}

function renderMetric(metric: string): string {
  return metric === NIGHT_METRIC ? 'nights' : metric;
}

function parseMetric(text: string): string {
  const name = text.toLowerCase();
  if (name === NIGHT_METRIC) return name;
  if (!isDailyColumn(name)) {
    throw new InvalidArgumentError('It is no column of a day; `amy help columns` lists them.');
  }
  const metric = metricOf(name);
  if (metric === NIGHT_METRIC) {
    throw new InvalidArgumentError(`A night comes whole from one source: say --for ${NIGHT_METRIC}.`);
  }
  if (metric !== name)
    throw new InvalidArgumentError(`It goes with the value it belongs to: say --for ${metric}.`);
  return name;
}

function usage(message: string): AmyError {
  return new AmyError('usage', message, { exitCode: EXIT_USAGE });
}
