import { createHash, type Hash } from 'node:crypto';
import {
  type DigestGroup,
  digestColumns,
  digestLine,
  digestText,
  monthColumn,
  NO_MONTH,
} from '../contract/digest.ts';
import { SYNCED_TABLES, type SyncedTableName } from '../contract/tables.ts';
import type { UserId } from '../ids.ts';
import { DIGEST_ROWS_A_PAGE, DIGEST_TRIES } from '../limits.ts';
import type { FeedRow } from './change-feed.ts';
import { personClockStatement } from './person-clock.ts';
import { runAll, type Statement, statement, type Value } from './statements.ts';

export type Digests = {
  /** The person's clock. */
  readonly clock: string;
  readonly tables: ReadonlyMap<SyncedTableName, readonly DigestGroup[]>;
};

type Asked = { readonly userId: UserId; readonly month: string | null };

/**
 * Digests of a person's rows by table and month, all of one moment: the rows are read a page at a time, and nothing of
 * them changed if the clock did not move meanwhile. If it did, they are read anew; null where it moves all the while.
 */
export async function readDigests(
  db: D1Database,
  tables: readonly SyncedTableName[],
  asked: Asked,
): Promise<Digests | null> {
  for (let tries = 0; tries < DIGEST_TRIES; tries += 1) {
    const found = await readOneMoment(db, tables, asked);
    if (found !== null) return found;
  }
  return null;
}

/** Null where the clock moved between two pages. */
async function readOneMoment(
  db: D1Database,
  tables: readonly SyncedTableName[],
  asked: Asked,
): Promise<Digests | null> {
  const groups = new Map(tables.map((table) => [table, monthlyHashes()]));
  let positions: readonly Position[] = tables.map((table) => ({ table, after: null }));
  let clock: string | null = null;
  do {
    const limit = Math.ceil(DIGEST_ROWS_A_PAGE / Math.max(1, positions.length));
    const page = await readPage(db, positions, asked, limit);
    if (clock !== null && page.clock !== clock) return null;
    clock = page.clock;
    positions = positions.flatMap(({ table }, i) => {
      const rows = page.answers[i] ?? [];
      for (const row of rows) groups.get(table)?.add(table, row);
      const after = keyBehind(table, rows, limit);
      return after === null ? [] : [{ table, after }];
    });
  } while (positions.length > 0);
  return { clock, tables: new Map([...groups].map(([table, { digests }]) => [table, digests()])) };
}

type Position = { readonly table: SyncedTableName; readonly after: readonly Value[] | null };

async function readPage(
  db: D1Database,
  positions: readonly Position[],
  asked: Asked,
  limit: number,
): Promise<{ clock: string; answers: readonly FeedRow[][] }> {
  const [clocks, ...answers] = await runAll<FeedRow>(db, [
    personClockStatement(asked.userId),
    ...positions.map(({ table, after }) => digestRowsStatement(table, 'digests', { ...asked, after, limit })),
  ]);
  return {
    clock: String(clocks?.results[0]?.clock ?? ''),
    answers: answers.map(({ results }) => results),
  };
}

/** Rows come in the order of the primary key, so that those of a month do too. */
function monthlyHashes(): {
  add(table: SyncedTableName, row: FeedRow): void;
  digests(): readonly DigestGroup[];
} {
  const months = new Map<string, { readonly hash: Hash; rows: number }>();
  return {
    add(table, row) {
      const month = String(row._month);
      const known = months.get(month) ?? { hash: createHash('sha256'), rows: 0 };
      known.hash.update(digestLine(digestColumns(table).map((column) => String(row[column]))));
      known.rows += 1;
      months.set(month, known);
    },
    digests: () =>
      [...months]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([month, { hash, rows }]) => ({ month, rows, sha256: hash.digest('hex') })),
  };
}

export type GroupPage = {
  readonly clock: string;
  readonly rows: readonly FeedRow[];
  /** The key of the last row, where more may follow. */
  readonly after: readonly Value[] | null;
};

/** A page of a person's rows of one table, and of one month where one is named, in the order of the key. */
export async function readGroupPage(
  db: D1Database,
  table: SyncedTableName,
  asked: Asked & { readonly after: readonly Value[] | null; readonly limit: number },
): Promise<GroupPage> {
  const [clocks, found] = await runAll<FeedRow>(db, [
    personClockStatement(asked.userId),
    digestRowsStatement(table, 'rows', asked),
  ]);
  const rows = found?.results ?? [];
  return {
    clock: String(clocks?.results[0]?.clock ?? ''),
    rows: rows.map((row) =>
      Object.fromEntries(digestColumns(table).map((column) => [column, row[column] ?? null])),
    ),
    after: keyBehind(table, rows, asked.limit),
  };
}

/** The key of a page's last row; null where no row follows: a table without a key has one. */
function keyBehind(table: SyncedTableName, rows: readonly FeedRow[], limit: number): readonly Value[] | null {
  const { key }: { key: readonly string[] } = SYNCED_TABLES[table];
  const last = rows.at(-1);
  if (last === undefined || rows.length < limit || key.length === 0) return null;
  return key.map((_, i) => last[`_key${i}`] ?? null);
}

/**
 * Rows behind a key, a page of them: `digests` are the texts of their columns, `rows` the columns. Of a month only its
 * rows are read where the key has the date: of each source, which are found by seeking, a range of the key.
 */
export function digestRowsStatement(
  table: SyncedTableName,
  what: 'digests' | 'rows',
  { userId, month, after, limit }: Asked & { after: readonly Value[] | null; limit: number },
): Statement {
  const { key }: { key: readonly string[] } = SYNCED_TABLES[table];
  const dated = monthColumn(table);
  const monthText = dated === null ? `'${NO_MONTH}'` : `substr(t.${dated}, 1, 7)`;
  const parameters: Value[] = [userId, limit];
  const bound = (value: Value) => `?${parameters.push(value)}`;
  const where = ['t.user_id = ?1'];
  if (after !== null) {
    const names = key.map((column) => `t.${column}`).join(', ');
    where.push(`(${names}) > (${after.map(bound).join(', ')})`);
  }
  let from = `${table} t`;
  if (month !== null) {
    const asked = bound(month);
    where.push(`${monthText} = ${asked}`);
    if (dated !== null && key.includes(dated)) {
      from = `${sourcesOf(table)} cross join ${from}`;
      where.push('t.source = s.source', `t.${dated} >= ${asked}`, `t.${dated} < ${asked} || char(1114111)`);
    }
  }
  const columns = digestColumns(table).map((column) =>
    what === 'rows' ? `t.${column}` : `${digestText(table, column, 't.')} as ${column}`,
  );
  const order = key.map((column) => `t.${column}`).join(', ') || '1';
  return statement(
    `select ${monthText} as _month,
${key.map((column, i) => `  t.${column} as _key${i},\n`).join('')}  ${columns.join(',\n  ')}
from ${from}
where ${where.join('\n  and ')}
order by ${order}
limit ?2`,
    ...parameters,
  );
}

/** A person's sources, one seek each. After the last one comes null, and a second null is dropped: that ends it. */
function sourcesOf(table: SyncedTableName): string {
  return `(
  with recursive sources(source) as (
    select min(source) from ${table} where user_id = ?1
    union
    select (select min(n.source) from ${table} n where n.user_id = ?1 and n.source > sources.source)
    from sources
  )
  select source from sources where source is not null
) s`;
}
