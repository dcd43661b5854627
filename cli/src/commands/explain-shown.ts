import type { ExplainedOrigin } from '../../../cloud/src/contract/explain.ts';
import type { Cell, Choice } from '../mirror/chosen-source.ts';
import type { LabResult } from '../mirror/lab-results.ts';
import { renderMeasured, renderRange, renderUnit } from '../terminal/lab-panels.ts';
import type { Lines } from '../terminal/output.ts';
import { renderTable } from '../terminal/table.ts';
import type { ShowTime } from '../terminal/times.ts';
import type { ServerWord, Told } from './explain-server.ts';

/** A column of a date: what the file shows and why, and what the server says of it. */
export type ExplainedCell = Choice & { readonly unit: string | null; readonly told: Told | null };

/** One result of a lab, and what the server says of it: of its number, or else its text, and of the operators of the same numbers. */
export type ExplainedResult = LabResult & { readonly told: Told | null; readonly operators: Told | null };

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** As it is known: who asks for one number wants to see that it is the same. */
function exactly(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 6 });
}

function renderCell(value: Cell, unit: string | null, time: ShowTime, renderNumber = exactly): string {
  if (value === null) return 'nothing';
  if (typeof value === 'string') return INSTANT.test(value) ? time(value) : value;
  return `${renderNumber(value)} ${renderUnit(unit ?? '')}`.trim();
}

/** The whole date, a row a column that fits 80 cells; one column has its own sentences. */
export function renderDay(
  date: string,
  cells: readonly ExplainedCell[],
  word: ServerWord,
  time: ShowTime,
): Lines {
  const isTold = word.state === 'told';
  const rows = cells.map(({ column, value, unit, source, told }) => {
    const event = told?.from[0]?.event;
    const shown = [column, renderCell(value, unit, time, renderMeasured), source];
    return isTold ? [...shown, event ? `${event.id} (${event.type})` : ''] : shown;
  });
  const head = ['column', 'value', 'source', ...(isTold ? ['event'] : [])];
  const [first] = cells;
  return [
    ...renderTable(head, rows),
    '',
    ...(first === undefined
      ? []
      : [`\`amy explain ${date} ${first.column}\` tells why, and what else was known.`]),
    ...renderNotAsked(word),
  ];
}

export function renderColumn(date: string, cell: ExplainedCell, word: ServerWord, time: ShowTime): Lines {
  const { column, value, unit, source, why, others, told } = cell;
  return [
    `${column} on ${date}: ${renderCell(value, unit, time)}, from ${source}.`,
    `Why ${source}: ${why}.`,
    ...others.map((one) => `${one.source} says ${renderCell(one.value, unit, time)}: ${one.why}.`),
    ...(word.state === 'told' ? renderTold(told, value, unit, source, time) : renderNotAsked(word)),
  ];
}

export function renderResult(
  { code, date }: { readonly code: string; readonly date: string },
  result: ExplainedResult,
  word: ServerWord,
  time: ShowTime,
): Lines {
  const { source, value, value_text, operator, unit, ref_low, ref_high, status, told } = result;
  const shown = value ?? value_text;
  const normal = renderRange(ref_low, ref_high);
  const range = normal === '' ? '' : `, normal ${normal}`;
  const judged = status === null ? '' : `, ${status.replaceAll('_', ' ')}`;
  return [
    `${code} on ${date}: ${operator ?? ''}${renderCell(shown, unit, time)}, from ${source}${range}${judged}.`,
    ...(word.state === 'told'
      ? renderTold(told, shown, unit, source, time, { inFile: operator ?? '', told: result.operators })
      : []),
  ];
}

/** What stands before numbers: `<` of a bound. */
type Operators = { readonly inFile: string; readonly told: Told | null };

const NO_OPERATORS: Operators = { inFile: '', told: null };

type Other = Told['others'][number];

/** The operator of the same result as a number that was not taken: of the same event, and of the same place in its body. */
function operatorOf(other: Other, { told }: Operators): string {
  const resultOf = ({ from, why }: Other) =>
    JSON.stringify([why, from.map(({ event, paths }) => [event?.id, paths[0]?.replace(/[^\]]*$/, '')])]);
  const same = told?.others.find((one) => resultOf(one) === resultOf(other));
  return String(same?.value ?? '');
}

function renderTold(
  told: Told | null,
  value: Cell,
  unit: string | null,
  source: string,
  time: ShowTime,
  operators = NO_OPERATORS,
): Lines {
  if (told === null || told.value === null) {
    return [`The server has no such value of ${source} any more; \`amy sync\` brings the file up to it.`];
  }
  const operator = String(operators.told?.value ?? '');
  const there = `${operator}${renderCell(told.value, told.unit ?? unit, time)}`;
  const isNews = told.value !== value || (operators.told !== null && operator !== operators.inFile);
  const news = isNews ? [`The server has ${there} now; \`amy sync\` fetches it.`] : [];
  const lost = told.others.map((other) => {
    const by = other.from.flatMap(({ event }) => (event === null ? [] : [nameOf(event, time)])).join(', ');
    const said = `${operatorOf(other, operators)}${renderCell(other.value, other.unit ?? unit, time)}`;
    return `Not taken: ${said}${by === '' ? '' : `, of ${by}`}: ${other.why}.`;
  });
  return [
    ...news,
    ...told.from.flatMap((origin) => renderOrigin(origin, time)),
    ...(told.rule === null ? [] : [`Rule: ${told.rule}.`]),
    ...lost,
  ];
}

function renderOrigin({ event, paths, reading }: ExplainedOrigin, time: ShowTime): readonly string[] {
  const name =
    event === null ? 'no event that is known: it was stored before events were kept' : nameOf(event, time);
  const where = paths.length === 0 ? '' : `, at ${paths.join(', ')}`;
  return [`It comes from ${name}${where}${reading === null ? '' : ` (${reading})`}.`];
}

function nameOf(event: NonNullable<ExplainedOrigin['event']>, time: ShowTime): string {
  const device = event.provider === null ? '' : ` of ${event.provider}`;
  return `event ${event.id} (${event.type}${device}, received ${time(event.received_at)})`;
}

export function renderNotAsked(word: ServerWord): readonly string[] {
  if (word.state === 'told') return [];
  return [`This is what the file knows. The server, which knows the event, was not asked: ${word.reason}.`];
}
