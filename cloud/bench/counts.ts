import { bodiesBefore, bodiesOfRound, eventBody, KINDS, type Kind, SHARES } from './bodies.ts';
import type { CountedStack } from './counted-stack.ts';
import { NOTHING, type Spent, sum, times } from './spent.ts';
import { take } from './stack.ts';

/** What a piece of work asked of the database, and what was asked of it; a line of the table. */
export type Count = {
  readonly what: string;
  readonly spent: Spent;
  /** Rows written at most, or null. */
  readonly rowsAtMost: number | null;
};

/** An event of one kind, from its delivery to its rows; each part an average of some. */
export type KindCost = { readonly received: Spent; readonly consumed: Spent };

export type Counts = {
  readonly lines: readonly Count[];
  readonly kinds: Readonly<Record<Kind, KindCost>>;
  /** An event of the mix, consumed alone and by a hundred. */
  readonly alone: Spent;
  readonly byHundred: Spent;
  /** Rows written over the mix by Amy, by those of the plain way. */
  readonly rowsToPlain: number;
};

export const ROWS_TO_PLAIN_AT_MOST = 0.5;
export const SAME_DATA_ROWS_AT_MOST = 6;

/** People whose events of a kind are counted: the average of so many. */
const COUNTED = 5;
const ROUND = 400;

/** Counts what events cost the database. It takes no time that is measured, so nothing is repeated. */
export async function countEvents(amy: CountedStack, floor: CountedStack): Promise<Counts> {
  const kinds = {} as Record<Kind, KindCost>;
  for (const [n, kind] of KINDS.entries()) kinds[kind] = await costOfKind(amy, kind, ROUND + n);
  const alone = KINDS.reduce(
    (total, kind) => sum(total, times(sum(kinds[kind].received, kinds[kind].consumed), SHARES[kind] / 100)),
    NOTHING,
  );
  const [byHundred, plain] = [await costOfMix(amy, 'terra-events'), await costOfMix(floor, 'plain')];
  const redelivered = await costOfRedelivery(amy);
  const sameData = await costOfSameData(amy);
  const line = (what: string, spent: Spent, rowsAtMost: number | null = null) => ({
    what,
    spent,
    rowsAtMost,
  });
  return {
    kinds,
    alone,
    byHundred,
    rowsToPlain: byHundred.rowsWritten / plain.rowsWritten,
    lines: [
      ...KINDS.flatMap((kind) => [
        line(`${kind}: received`, kinds[kind].received),
        line(`${kind}: consumed alone`, kinds[kind].consumed),
      ]),
      line('an event of the mix, consumed alone', alone),
      line(
        'an event of the mix, by a hundred',
        byHundred,
        Math.floor(plain.rowsWritten * ROWS_TO_PLAIN_AT_MOST * 100) / 100,
      ),
      line('the same, the plain way', plain),
      line('a redelivery', redelivered, 0),
      line('the same data in a new body: received', sameData.received),
      line('the same data in a new body: consumed', sameData.consumed, SAME_DATA_ROWS_AT_MOST),
    ],
  };
}

async function costOfKind(stack: CountedStack, kind: Kind, round: number): Promise<KindCost> {
  const people = Array.from({ length: COUNTED }, (_, n) => n);
  // Nobody is new, and the day that goes on is there.
  await take(
    stack,
    people.map((n) => eventBody('new day', round, n, 0)),
  );
  let total: KindCost = { received: NOTHING, consumed: NOTHING };
  for (const n of people) {
    const one = await costOf(stack, eventBody(kind, round, n, 1, true));
    total = { received: sum(total.received, one.received), consumed: sum(total.consumed, one.consumed) };
  }
  return { received: times(total.received, 1 / COUNTED), consumed: times(total.consumed, 1 / COUNTED) };
}

async function costOf(stack: CountedStack, body: Uint8Array): Promise<KindCost> {
  await stack.spent();
  const rawEventId = await stack.deliver(body);
  const received = await stack.spent();
  await stack.consume([{ rawEventId, bytes: body.byteLength }]);
  return { received, consumed: await stack.spent() };
}

async function costOfMix(stack: CountedStack, queue: string): Promise<Spent> {
  const round = ROUND + 20;
  await take(stack, bodiesBefore(round), queue);
  await stack.spent();
  const bodies = bodiesOfRound(round, null);
  await take(stack, bodies, queue);
  return times(await stack.spent(), 1 / bodies.length);
}

/** Terra sends the same bytes once more. */
async function costOfRedelivery(stack: CountedStack): Promise<Spent> {
  const body = eventBody('new day', ROUND, 0, 0);
  await stack.spent();
  await stack.deliver(body);
  return stack.spent();
}

/** The same day in other bytes: nothing of it is new. */
async function costOfSameData(stack: CountedStack): Promise<KindCost> {
  return costOf(stack, eventBody('new day', ROUND + KINDS.indexOf('new day'), 0, 2, true));
}

export const COUNTS_HEAD = [
  '| what | round trips | queries | rows read | rows written | asked |',
  '|---|---|---|---|---|---|',
].join('\n');

export function linesOfCounts({ lines, rowsToPlain }: Counts): readonly string[] {
  return [
    ...lines.map(({ what, spent, rowsAtMost }) => {
      const { roundTrips, statements, rowsRead, rowsWritten } = spent;
      const figures = [roundTrips, statements, rowsRead, rowsWritten].map((one) => String(rounded(one)));
      const asked = rowsAtMost === null ? '' : `at most ${rowsAtMost} rows written`;
      return `| ${[what, ...figures, asked].join(' | ')} |`;
    }),
    `Rows written over the mix: ${rowsToPlain.toFixed(2)} of the plain way's, asked at most ${ROWS_TO_PLAIN_AT_MOST}`,
  ];
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** As a line is kept in the JSON file. */
export type KeptCount = {
  readonly what: string;
  readonly round_trips: number;
  readonly queries: number;
  readonly rows_read: number;
  readonly rows_written: number;
  readonly rows_at_most: number | null;
};

export function keptCounts({ lines }: Counts): readonly KeptCount[] {
  return lines.map(({ what, spent, rowsAtMost }) => ({
    what,
    round_trips: rounded(spent.roundTrips),
    queries: rounded(spent.statements),
    rows_read: rounded(spent.rowsRead),
    rows_written: rounded(spent.rowsWritten),
    rows_at_most: rowsAtMost,
  }));
}
