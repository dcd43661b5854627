import { mkdirSync, rmSync } from 'node:fs';
import { openDatabase } from '../crash/stored-state.ts';

/** Bytes of the pages of each table, its indexes with it, in the database that a stopped stack left. */
export function tableBytes(state: string, scratch: string): ReadonlyMap<string, number> {
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const database = openDatabase(state, scratch);
  try {
    const rows = database
      .prepare(
        `select coalesce(m.tbl_name, s.name) as name, sum(s.pgsize) as bytes
from dbstat s
left join sqlite_master m on m.name = s.name
group by 1`,
      )
      .all();
    return new Map(rows.map(({ name, bytes }) => [String(name), Number(bytes)]));
  } finally {
    database.close();
  }
}
