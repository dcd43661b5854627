import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Where a text still stands in anything the local D1, R2, KV and queues keep: `<file>: <table>`. The names of
 * R2 objects and KV keys are rows of such files too.
 */
export function placesWith(state: string, text: string): readonly string[] {
  const files = readdirSync(state, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.sqlite'))
    .flatMap((file) => tablesWith(join(state, file), text));
}

function tablesWith(file: string, text: string): readonly string[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const tables = database.prepare("select name from sqlite_master where type = 'table'").all();
    return tables
      .map(({ name }) => String(name))
      .filter((name) => JSON.stringify(database.prepare(`select * from "${name}"`).all()).includes(text))
      .map((name) => `${file}: ${name}`);
  } finally {
    database.close();
  }
}
