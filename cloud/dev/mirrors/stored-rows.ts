import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { SYNCED_TABLES } from '../../src/contract/tables.ts';
import { storedFile } from '../local/stored-files.ts';

/** Every synced row of one person, as text in one order, and the clock as of which they are. */
export type State = { readonly rows: readonly string[]; readonly clock: string | null };

/** Nothing at all: what a mirror is before its first sync. */
export const NOTHING: State = { rows: [], clock: null };

const TABLES = Object.entries(SYNCED_TABLES).map(([name, { columns }]) => ({
  name,
  columns: [...Object.keys(columns).filter((column) => column !== 'raw'), 'updated_at'].join(', '),
}));

/** What a mirror holds. Throws where the file is not sound. Opened as anybody's next program would: what a kill left is undone. */
export function mirrorState(path: string): State {
  if (!existsSync(path) || statSync(path).size === 0) return NOTHING;
  const mirror = new DatabaseSync(path);
  try {
    const [sound] = mirror.prepare('pragma integrity_check').all();
    if (sound?.integrity_check !== 'ok') throw new Error(`the mirror is damaged: ${sound?.integrity_check}`);
    if (mirror.prepare("select 1 from sqlite_schema where name = 'sync_state'").get() === undefined)
      return NOTHING;
    const since = mirror.prepare('select since from sync_state').get()?.since ?? null;
    return { rows: rowsOf(mirror, ''), clock: since === null ? null : String(since) };
  } finally {
    mirror.close();
  }
}

/**
 * Makes a mirror one of another layout: a view less, and where `isFetchedAnew` a column more in a table of the server's. Adds a
 * table of somebody's own, once; whether it is there.
 */
export function ageMirror(path: string, isFetchedAnew: boolean): boolean {
  const mirror = new DatabaseSync(path);
  const column = "select 1 from pragma_table_info('activities') where name = 'of_another_amy'";
  try {
    const isAged = mirror.prepare(column).get() !== undefined;
    mirror.exec(`
      begin;
      create table if not exists of_my_own (note text);
      insert into of_my_own select 'mine' where not exists (select 1 from of_my_own);
      update sync_state set schema_version = 'another';
      drop view if exists summary_composites;
      ${isFetchedAnew && !isAged ? 'alter table activities add column of_another_amy text;' : ''}
      commit`);
    return true;
  } finally {
    mirror.close();
  }
}

export function hasAddition(path: string): boolean {
  const mirror = new DatabaseSync(path, { readOnly: true });
  try {
    const found = mirror.prepare("select name from sqlite_schema where name = 'of_my_own'").get();
    return found !== undefined && mirror.prepare('select note from of_my_own').get()?.note === 'mine';
  } finally {
    mirror.close();
  }
}

/** The database of a stack that runs. */
export class Server {
  readonly #database: DatabaseSync;

  constructor(state: string) {
    const file = storedFile(state, 'd1');
    if (file === null) throw new Error(`there is no D1 database under ${state}`);
    this.#database = new DatabaseSync(file, { readOnly: true });
  }

  state(user: string): State {
    this.#database.exec('begin');
    try {
      const clock = this.#database.prepare('select clock from users where id = ?').get(user)?.clock;
      return {
        rows: rowsOf(this.#database, 'where user_id = ?', user),
        clock: clock === undefined ? null : String(clock),
      };
    } finally {
      this.#database.exec('rollback');
    }
  }

  /** Whether neither an event nor a rebuild of the person is under way. */
  isAtRest(user: string): boolean {
    const open = this.#database.prepare(
      `select
  exists (select 1 from raw_events where reference_id = ?1 and processed_at is null) as events,
  exists (select 1 from rebuilds where user_id = ?1 and finished_at is null) as rebuilds`,
    );
    const found = open.get(user);
    return found?.events === 0 && found.rebuilds === 0;
  }

  close(): void {
    this.#database.close();
  }
}

function rowsOf(database: DatabaseSync, where: string, ...bound: readonly string[]): string[] {
  return TABLES.flatMap(({ name, columns }) =>
    database
      .prepare(`select ${columns} from ${name} ${where}`)
      .all(...bound)
      .map((row) => JSON.stringify([name, row])),
  ).toSorted();
}
