import { z } from 'zod';
import { MCP_PAGE_ROWS, MCP_PAGE_ROWS_MAX, MCP_SQL_CHARS_MAX, MCP_SQL_TIMEOUT_MS } from '../../limits.ts';
import { queryMirror } from '../../mirror/query.ts';
import { queryDocument } from '../../terminal/query-shown.ts';
import type { Found } from '../found.ts';
import { defineTool } from '../tool.ts';

const HINTS = {
  tooLong: 'ask for less',
  unknownName: 'the tool `schema` tells tables and columns',
};

export const sql = defineTool({
  name: 'sql',
  title: 'SQL, read only',
  description:
    'One statement of SQLite that reads, such as select datetime, steps from summary order by datetime desc limit 7. It is ended after 10 seconds. `schema` tells tables and columns. Coverage, sources and mixed units are then yours to watch: the other tools do that by themselves.',
  view: 'raw',
  hasRows: false,
  input: z.object({
    sql: z
      .string({ error: 'must be one SQL statement' })
      .max(MCP_SQL_CHARS_MAX, { error: `must have at most ${MCP_SQL_CHARS_MAX} characters` })
      .describe('One statement that begins with select, with, values or explain.'),
    limit: z
      .int({ error: `must be a whole number from 1 to ${MCP_PAGE_ROWS_MAX}` })
      .min(1, { error: `must be a whole number from 1 to ${MCP_PAGE_ROWS_MAX}` })
      .max(MCP_PAGE_ROWS_MAX, { error: `must be a whole number from 1 to ${MCP_PAGE_ROWS_MAX}` })
      .default(MCP_PAGE_ROWS)
      .describe('How many rows at most.'),
  }),
  ask: async (scene, { sql, limit }) => {
    const { path } = scene;
    const answer = await queryMirror({ path, sql, rows: limit, timeoutMs: MCP_SQL_TIMEOUT_MS, hints: HINTS });
    const { columns, rows } = queryDocument(answer);
    return (): Found => ({
      ranges: [],
      columns: [],
      coverage: [],
      insufficient: null,
      result: { columns },
      rows,
      hasMoreRows: answer.hasMore,
      wayToRest: 'say `order by ... limit ... offset ...` in the statement, or select fewer columns',
      notes: [
        'Which days and metrics a statement is of is not known here: `coverage`, `units` and `source_changes` are empty, which says nothing. Ask `trend`, `compare` or `schema` for them.',
        'These are the values as they stand in the file: a null is unknown, a result with an operator is a bound, hrv_method says of which kind a heart rate variability is.',
      ],
    });
  },
});
