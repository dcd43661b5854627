import { env } from 'cloudflare:test';

export type Columns = Readonly<Record<string, string | number | null>>;

/** Inserts a row; what the columns do not say is as the table has it by default. Answers its rowid. */
export async function insertRow(table: string, row: Columns): Promise<number> {
  const columns = Object.keys(row);
  const { meta } = await env.DB.prepare(
    `insert into ${table}(${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
  )
    .bind(...Object.values(row))
    .run();
  return meta.last_row_id;
}

/** The first row whose column has this value. */
export async function rowWhere(
  table: string,
  column: string,
  value: string | number,
): Promise<Columns | null> {
  return env.DB.prepare(`select * from ${table} where ${column} = ?`).bind(value).first<Columns>();
}

/** As an erasure leaves a person between its mark and its first slice. */
export async function markErasing(user: string): Promise<void> {
  await insertRow('erasures', {
    subject: user,
    requested_at: '2026-03-01T12:00:00.000Z',
    next_attempt_at: '2026-03-01T12:00:00.000Z',
  });
}
