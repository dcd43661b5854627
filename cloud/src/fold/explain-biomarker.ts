import { valueColumns } from '../contract/tables.ts';
import type { Columns, Order } from '../normalize/types.ts';
import {
  type BiomarkerRow,
  canonicalFlag,
  knowledge,
  type RankedResult,
  rankedResults,
} from './biomarker-row.ts';
import {
  type ExplainedColumn,
  explainColumn,
  legacySpeaker,
  type Revisions,
  type Speaker,
  type View,
} from './explanation.ts';
import { compareOrders, LEGACY_ORDER } from './order.ts';

/** A result that an event gave at the key of a row. */
export type ToldResult = { readonly order: Order; readonly columns: Columns };

const MEASURED = 'of the measurements of the date the one of the latest event, taken whole';
const RESULT =
  'of the results at this date and code one with a number before one with a text before one with neither, then the latest; it is the result of the newest event of its lab session, taken whole';

/** Every value column of a row of `biomarkers_raw`. `told` is what lab events gave at its key, what lost included. */
export function explainBiomarker(
  code: string,
  row: BiomarkerRow,
  revisions: Revisions,
  told: readonly ToldResult[],
): readonly ExplainedColumn[] {
  const [best, ...worse] = rankedResults(row);
  if (best === undefined) return [];
  const isHeld = ({ order }: ToldResult) =>
    row.results.some((result) => compareOrders(result.order, order) === 0);
  const parts = {
    shown: [speakerOf(row, best, '')],
    hidden: [
      ...worse.map((one) => speakerOf(row, one, whyWorse(best, one))),
      ...told.filter((one) => !isHeld(one)).map(replaced),
    ],
  };
  return valueColumns('biomarkers_raw').map((column) =>
    explainColumn(column, viewOf(column, code), parts, revisions),
  );
}

function speakerOf(
  { loose }: BiomarkerRow,
  { session, order, columns }: RankedResult,
  lost: string,
): Speaker {
  if (order[0] === LEGACY_ORDER[0]) return legacySpeaker(columns);
  return session === null
    ? { columns, slices: loose, rule: MEASURED, lost }
    : { columns, slices: [[order, columns]], rule: RESULT, lost };
}

function replaced({ order, columns }: ToldResult): Speaker {
  const lost = 'the lab session has a newer event, or a better result of the same event';
  return { columns, slices: [[order, columns]], rule: lost, lost };
}

function whyWorse(best: RankedResult, worse: RankedResult): string {
  return knowledge(best.columns) > knowledge(worse.columns)
    ? 'it has no number, or neither number nor text'
    : 'an earlier result of another lab session';
}

const IN_ITS_UNIT: ReadonlySet<string> = new Set(['value', 'ref_low', 'ref_high']);

function viewOf(column: string, code: string): View {
  const isFlag = column === 'canonical';
  return {
    value: (columns) => (isFlag ? canonicalFlag(code, columns) : (columns[column] ?? null)),
    names: () => (isFlag ? ['value', 'value_text', 'unit', 'operator'] : [column]),
    reading: isFlag ? 'computed from code, unit and operator' : null,
    unit: ({ unit }) => (IN_ITS_UNIT.has(column) && typeof unit === 'string' ? unit : null),
  };
}
