import type { RebuildShown } from '../../../cloud/src/contract/rebuild.ts';
import { renderCount, renderCounted } from '../terminal/counts.ts';
import type { Lines } from '../terminal/output.ts';
import { renderTable } from '../terminal/table.ts';

type Result = NonNullable<RebuildShown['result']>;

/** How a rebuild stands; once it is done what it changed, or would: rows by table, and some of them. */
export function renderRebuild(user: string, shown: RebuildShown): Lines {
  const { dry_run, result, state, rules } = shown;
  const name = `${dry_run ? 'Dry run of the rebuild' : 'Rebuild'} of ${user} by rules ${rules}`;
  if (state === 'failed') return [`${name}: failed.`];
  if (result === null)
    return [
      `${name}: ${state}, ${renderCounted(shown.events_folded, 'event')} read, ${renderCount(shown.events_waiting)} to go.`,
    ];
  const changes = dry_run ? 'would change' : 'changed';
  const events = renderCounted(shown.events_folded, 'event');
  const isQuiet = Object.values(result.tables).every((one) => one.added + one.changed + one.removed === 0);
  if (isQuiet) return [`${name}: ${events} read, nothing ${changes}.`];
  return [`${name}: ${events} read, this ${changes}:`, ...renderTables(result), ...renderSamples(result)];
}

function renderTables({ tables }: Result): Lines {
  const rows = Object.entries(tables).map(([table, { added, changed, removed, columns }]) => [
    table,
    renderCount(added),
    renderCount(changed),
    renderCount(removed),
    Object.entries(columns)
      .map(([column, count]) => `${column} ${renderCount(count)}`)
      .join(', '),
  ]);
  return renderTable(['table', 'added', 'changed', 'removed', 'in columns'], rows, [
    'left',
    'right',
    'right',
    'right',
  ]);
}

const MARKS = { added: '+', changed: '~', removed: '-' } as const;

/** `~ daily_summary oura 2026-03-01: steps 9000 -> 9100`. */
function renderSamples({ samples }: Result): Lines {
  if (samples.length === 0) return [];
  const lines = samples.map(({ table, key, kind, columns }) => {
    const differences = Object.entries(columns).map(
      ([column, [before = null, after = null]]) => `${column} ${shown(before)} -> ${shown(after)}`,
    );
    return `${MARKS[kind]} ${table} ${Object.values(key).join(' ')}: ${differences.join(', ')}`;
  });
  return ['', 'Some of these rows, before and after:', ...lines];
}

function shown(value: string | number | null): string {
  return value === null ? 'nothing' : String(value);
}
