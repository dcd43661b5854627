import { z } from 'zod';
import type { PersonApp } from '../app-env.ts';
import { DIGEST_TABLES, digestColumns } from '../contract/digest.ts';
import { digestRoute, digestRowsRoute } from '../contract/routes/digest.ts';
import { SYNCED_TABLES } from '../contract/tables.ts';
import { ApiError } from '../errors.ts';
import { LOST_RACE_RETRY_AFTER_S } from '../limits.ts';
import { readDigests, readGroupPage } from '../store/digests.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { documentedRouter } from './documented-router.ts';
import { readTables } from './named-tables.ts';

export const digests = documentedRouter<PersonApp>();

digests.serve(digestRoute, async (c) => {
  const { tables, month = null } = c.req.valid('query');
  const names = tables === undefined ? DIGEST_TABLES : readTables(tables, DIGEST_TABLES);
  const found = await readDigests(c.env.DB, names, { userId: c.get('userId'), month });
  if (found === null) {
    throw new ApiError('unavailable', 'your rows changed while they were read; ask again', {
      retryAfterSeconds: LOST_RACE_RETRY_AFTER_S,
    });
  }
  const answered = [...found.tables].map(([table, months]) => [
    table,
    { columns: [...digestColumns(table)], months: [...months] },
  ]);
  return c.json({ now: found.clock, tables: Object.fromEntries(answered) }, 200);
});

digests.serve(digestRowsRoute, async (c) => {
  const { table, month = null, cursor, limit } = c.req.valid('query');
  const key = z.array(z.string()).length(SYNCED_TABLES[table].key.length).min(1);
  const after = decodeCursor(key, cursor);
  const page = await readGroupPage(c.env.DB, table, { userId: c.get('userId'), month, after, limit });
  const hasMore = page.after !== null;
  return c.json(
    {
      rows: [...page.rows],
      now: page.clock,
      next_cursor: page.after === null ? null : encodeCursor(page.after.map(String)),
      has_more: hasMore,
    },
    200,
  );
});
