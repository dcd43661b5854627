import type { SyncedTable } from '../../../cloud/src/contract/tables.ts';
import { MIRRORED } from './tables.ts';

/** `create table` of one synced table: STRICT, so that a file never holds text in a number's place. */
function tableSchema(name: string, table: SyncedTable): string {
  const lines = Object.entries(table.columns).map(
    ([column, type]) => `  ${column} ${type}${table.notNull.includes(column) ? ' not null' : ''}`,
  );
  lines.push('  updated_at text not null');
  if (table.key.length > 0) lines.push(`  primary key (${table.key.join(', ')})`);
  return `create table ${name} (\n${lines.join(',\n')}\n) strict`;
}

/** The tables as on the server, less `user_id`: the file is one person's. */
export const TABLE_SCHEMAS: readonly string[] = [
  ...Object.entries(MIRRORED).map(([name, table]) => tableSchema(name, table)),
  // Keys start with the source; summaries ask by date.
  'create index daily_summary_by_date on daily_summary(datetime)',
];
