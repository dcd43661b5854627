import { isoTime, sqliteTime } from '../clock.ts';
import { SYNCED_TABLES, type SyncedTableName, valueColumns } from '../contract/tables.ts';
import type { FoldedTable } from '../fold/changes.ts';
import { RULES_VERSION } from '../fold/rules-version.ts';
import { nextClock } from '../ingest/person-commit.ts';
import { FOLDED_TABLES } from '../store/folded-rows.ts';
import { guardStatement } from '../store/guard.ts';
import { completenessGuardStatement, completenessStatement } from '../store/rebuild-events.ts';
import {
  countDifferencesStatement,
  sampleDifferencesStatement,
  storeRebuiltStatement,
  swapRowsStatements,
} from '../store/rebuild-swap.ts';
import { clearRebuildStatements, endRebuildStatement } from '../store/rebuilds.ts';
import { runAll, type Value } from '../store/statements.ts';
import { storeTracesStatements } from '../store/traces.ts';
import { beginRebuild, commitStep, type RebuildStep, type StepContext, stepFacts } from './rebuild-step.ts';

/** What a rebuild changed, or would change, of what a person sees. */
export type RebuildResult = {
  readonly tables: Readonly<Record<string, TableDifferences>>;
  /** Some rows, each column that differs with its value before and after; of `raw` only that it differs. */
  readonly samples: readonly Sample[];
};

export type TableDifferences = {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** Changed rows that differ in a column. */
  readonly columns: Readonly<Record<string, number>>;
};

export type Sample = {
  readonly table: string;
  readonly key: Readonly<Record<string, Value>>;
  readonly kind: 'added' | 'changed' | 'removed';
  readonly columns: Readonly<Record<string, readonly [before: Value, after: Value]>>;
};

type Row = Readonly<Record<string, Value>>;

/**
 * The last step. What differs is counted and, unless it is a dry run, made the person's rows, in one transaction that
 * holds only while exactly the folded events are in effect and nobody else changed the person.
 */
export async function finishRebuild(context: StepContext): Promise<RebuildStep> {
  const { env, rebuild, shadow } = context;
  const [complete, ...compared] = await runAll<Row>(env.DB, [
    completenessStatement(rebuild.user_id),
    ...FOLDED_TABLES.flatMap((table) => [
      countDifferencesStatement(table, rebuild.user_id, shadow),
      sampleDifferencesStatement(table, rebuild.user_id, shadow),
    ]),
  ]);
  const { has_unlisted, has_unfolded, has_lost } = complete?.results[0] ?? {};
  if (has_lost === 1) return beginRebuild(context);
  if (has_unlisted === 1 || has_unfolded === 1) {
    await commitStep(context, { state: 'folding', position: null, events: 0 }, []);
    return 'more';
  }
  const rowsOf = (position: number) => compared[position]?.results ?? [];
  const result: RebuildResult = {
    tables: Object.fromEntries(
      FOLDED_TABLES.map((table, i) => [table, differencesOf(table, rowsOf(2 * i)[0] ?? {})]),
    ),
    samples: FOLDED_TABLES.flatMap((table, i) => samplesOf(table, rowsOf(2 * i + 1))),
  };
  await commitResult(context, result);
  return 'over';
}

async function commitResult(context: StepContext, result: RebuildResult): Promise<void> {
  const { env, rebuild, shadow, nowMs } = context;
  const { id, user_id } = rebuild;
  const isDryRun = rebuild.is_dry_run === 1;
  const clock = nextClock(rebuild.clock, nowMs);
  const counts = Object.fromEntries(
    Object.entries(result.tables).map(([table, { added, changed, removed }]) => [
      table,
      { added, changed, removed },
    ]),
  );
  const details = { rebuild_id: id, rules: RULES_VERSION, dry_run: isDryRun, ...counts };
  await runAll(env.DB, [
    guardStatement(stepFacts(context, new Map([[user_id, rebuild.clock]]))),
    completenessGuardStatement(user_id),
    ...(isDryRun
      ? []
      : [
          ...swapRowsStatements(user_id, shadow, clock),
          storeRebuiltStatement(user_id, clock, RULES_VERSION),
        ]),
    endRebuildStatement(id, { state: 'done', result: JSON.stringify(result), error: null }, isoTime(nowMs)),
    ...clearRebuildStatements(user_id),
    ...storeTracesStatements(
      [{ level: 'info', event: 'rebuilt', userId: user_id, details }],
      sqliteTime(nowMs),
    ),
  ]);
}

function differencesOf(table: FoldedTable, row: Row): TableDifferences {
  const differing = valueColumns(table).filter((column) => Number(row[column]) > 0);
  return {
    added: Number(row['+added'] ?? 0),
    changed: Number(row['+changed'] ?? 0),
    removed: Number(row['+removed'] ?? 0),
    columns: Object.fromEntries(differing.map((column) => [column, Number(row[column])])),
  };
}

function samplesOf(table: FoldedTable, rows: readonly Row[]): Sample[] {
  const { key }: { readonly key: readonly string[] } = SYNCED_TABLES[table];
  const keyOf = (row: Row) => Object.fromEntries(key.map((column) => [column, row[column] ?? null]));
  return [...Map.groupBy(rows, (row) => JSON.stringify(keyOf(row)))].map(([, both]) => {
    const before = both.find(({ is_made }) => is_made === 0);
    const after = both.find(({ is_made }) => is_made === 1);
    return {
      table,
      key: keyOf(both[0] ?? {}),
      kind: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
      columns: differingColumns(table, before, after),
    };
  });
}

function differingColumns(
  table: SyncedTableName,
  before: Row | undefined,
  after: Row | undefined,
): Sample['columns'] {
  return Object.fromEntries(
    valueColumns(table).flatMap((column): [string, readonly [Value, Value]][] => {
      const [from, to] = [before?.[column] ?? null, after?.[column] ?? null];
      if (from === to) return [];
      return [[column, column === 'raw' ? [null, null] : [from, to]]];
    }),
  );
}
