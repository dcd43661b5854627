import type { IsoTime } from '../clock.ts';
import { SYNCED_TABLES } from '../contract/tables.ts';
import { changesBetween, type FoldedTable, type PersonChanges } from '../fold/changes.ts';
import { olderPart } from '../fold/older-rows.ts';
import { emptyPersonState } from '../fold/person.ts';
import { type Row, readPeople } from '../ingest/snapshot.ts';
import type { RowSection } from '../ingest/snapshot-statements.ts';
import { storeChangesStatements } from '../ingest/stored-changes.ts';
import { FOLDED_TABLES } from '../store/folded-rows.ts';
import { homesAtStatement, olderRowsStatement } from '../store/older-rows.ts';
import { advanceWhenListedStatement, listEventsStatement } from '../store/rebuild-events.ts';
import { allRows } from '../store/statements.ts';
import { beginRebuild, commitStep, type RebuildStep, type StepContext } from './rebuild-step.ts';

/**
 * How far the rows from before cells are taken over: all before this table, and of it those up to this key. All of it
 * is of one moment of the person's clock, or a row that moves meanwhile would be taken twice.
 */
type Position = {
  /** Null where all tables are through. */
  readonly table: FoldedTable | null;
  readonly after: readonly string[] | null;
  readonly clock: IsoTime;
};

const SECTIONS: Record<FoldedTable, { readonly rows: RowSection; readonly homes?: Homes }> = {
  daily_summary: { rows: 'daily' },
  sleep_sessions: { rows: 'sleep', homes: { section: 'sleepHomes', kind: 'sleep' } },
  activities: { rows: 'activities', homes: { section: 'activityHomes', kind: 'activity' } },
  biomarkers_raw: { rows: 'biomarkers' },
};

type Homes = { readonly section: RowSection; readonly kind: 'sleep' | 'activity' };

/** Takes over the next rows from before cells. After the last one it lists the events that are in effect at that moment. */
export async function seedNextRows(context: StepContext): Promise<RebuildStep> {
  const { rebuild } = context;
  const position = readPosition(context);
  if (position.clock !== rebuild.clock) return beginRebuild(context);
  const { table, after } = position;
  if (table === null) return listEvents(context, position);
  const rows = await allRows<Row>(context.env.DB, olderRowsStatement(table, rebuild.user_id, after));
  const last = rows.at(-1);
  const next: Position =
    last === undefined
      ? { ...position, table: tableAfter(table), after: null }
      : { ...position, after: SYNCED_TABLES[table].key.map((column) => String(last[column])) };
  const changes = await olderChanges(context, table, rows);
  await commitStep(
    context,
    { state: 'seeding', position: JSON.stringify(next), events: 0 },
    storeChangesStatements([{ userId: context.shadow, clock: context.clock, changes }]),
    new Map([[rebuild.user_id, position.clock]]),
  );
  return 'more';
}

function readPosition({ rebuild }: StepContext): Position {
  if (rebuild.position !== null) return JSON.parse(rebuild.position) as Position;
  return { table: FOLDED_TABLES[0] ?? null, after: null, clock: rebuild.clock };
}

function tableAfter(table: FoldedTable): FoldedTable | null {
  return FOLDED_TABLES[FOLDED_TABLES.indexOf(table) + 1] ?? null;
}

async function olderChanges(
  { env, rebuild }: StepContext,
  table: FoldedTable,
  rows: readonly Row[],
): Promise<PersonChanges> {
  const { rows: section, homes } = SECTIONS[table];
  const read = new Map<RowSection, readonly Row[]>([[section, rows]]);
  if (homes !== undefined && rows.length > 0) {
    const starts = rows.map((row) => ({ source: String(row.source), start_time: String(row.start_time) }));
    read.set(
      homes.section,
      await allRows<Row>(env.DB, homesAtStatement(homes.kind, rebuild.user_id, starts)),
    );
  }
  const state = readPeople((name) => read.get(name) ?? []).get(rebuild.user_id) ?? emptyPersonState();
  return changesBetween(emptyPersonState(), olderPart(state));
}

/** Until none is left, still at the clock of the rows: what is deleted from then on is missed. */
async function listEvents(context: StepContext, position: Position): Promise<RebuildStep> {
  const { user_id } = context.rebuild;
  await commitStep(
    context,
    { state: 'seeding', position: JSON.stringify(position), events: 0 },
    [listEventsStatement(user_id), advanceWhenListedStatement(user_id, 'folding')],
    new Map([[user_id, position.clock]]),
  );
  return 'more';
}
