import {
  type AskedRange,
  type DeletedKey,
  type SyncPage,
  type SyncRow,
  syncPage,
} from '../../../cloud/src/contract/sync.ts';
import { SYNCED_TABLES, type SyncedTableName } from '../../../cloud/src/contract/tables.ts';
import type { Reply } from './far-end.ts';

type PageParts = Partial<Record<SyncedTableName, SyncRow[]>> & {
  deleted?: Omit<DeletedKey, 'deleted_at'>[];
  asked?: AskedRange[];
};

/** One page as the server sends it, checked against the contract. More pages follow where `next` is given. */
export function page(now: string, parts: PageParts, next: string | null = null): SyncPage {
  const { deleted = [], asked, ...rows } = parts;
  const empty = Object.fromEntries(Object.keys(SYNCED_TABLES).map((name) => [name, []]));
  return syncPage.parse({
    data: { ...empty, ...rows, deleted: deleted.map((key) => ({ ...key, deleted_at: now })) },
    now,
    next_cursor: next,
    has_more: next !== null,
    asked,
  });
}

/** `page` as a step of the far end's script. */
export function pageReply(...parts: Parameters<typeof page>): Reply {
  return { body: page(...parts) };
}

/** A whole row of a table as the server sends it: every column, null where not given, no `raw`. */
export function row(name: SyncedTableName, values: SyncRow): SyncRow {
  const columns = Object.keys(SYNCED_TABLES[name].columns).filter((column) => column !== 'raw');
  const nulls = Object.fromEntries(columns.map((column) => [column, null]));
  return { ...nulls, updated_at: T1, ...values };
}

export function daily(source: string, datetime: string, values: SyncRow = {}): SyncRow {
  return row('daily_summary', { source, datetime, ...values });
}

/** Three moments of the person's clock. */
export const T1 = '2026-03-01T08:00:00.000Z';
export const T2 = '2026-03-02T08:00:00.000Z';
export const T3 = '2026-03-03T08:00:00.000Z';

/** An unsigned token of a person, as a JWT carries it. */
export function tokenOf(person: string): string {
  const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${part({ alg: 'HS256' })}.${part({ sub: person })}.c2lnbmF0dXJl`;
}
