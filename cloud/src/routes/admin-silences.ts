import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import type { App } from '../app-env.ts';
import { NOT_AS_DOCUMENTED } from '../contract/errors.ts';
import { wholeNumber } from '../contract/parameters.ts';
import { silenceInWords } from '../contract/silence-words.ts';
import { SILENCE_KINDS, silenceList } from '../contract/silences.ts';
import { DLQ_ROWS, SILENCES_SHOWN_MAX } from '../limits.ts';
import { readSilences } from '../store/silences.ts';
import { decodeCursor } from './cursor.ts';
import { documentedRouter } from './documented-router.ts';
import { listPage } from './list-page.ts';
import { shownSilence } from './shown-silence.ts';

const position = z.tuple([z.number().int()]);

const route = createRoute({
  method: 'get',
  path: '/silences',
  summary: 'Connections whose data is overdue, and days that are missing',
  description:
    'By each connection’s own habit, a row for each resource, until something comes; and days without any row between days with rows. The latest found first.',
  request: {
    query: z.object({
      user_id: z.string().optional(),
      provider: z.string().optional(),
      kind: z
        .enum(SILENCE_KINDS, { error: `must be one of ${SILENCE_KINDS.join(', ')}` })
        .optional()
        .meta({ description: '`overdue`: nothing came for too long; `gap`: days in between are missing' }),
      limit: wholeNumber(1, SILENCES_SHOWN_MAX).default(DLQ_ROWS),
      cursor: z.string().optional().meta({ description: 'the `next_cursor` of the page before' }),
    }),
  },
  responses: {
    200: { description: 'silences', content: { 'application/json': { schema: silenceList } } },
    400: NOT_AS_DOCUMENTED,
  },
});

export const adminSilences = documentedRouter<App>().serve(route, async (c) => {
  const { user_id, provider, kind, limit, cursor } = c.req.valid('query');
  const [beforeId] = decodeCursor(position, cursor) ?? [Number.MAX_SAFE_INTEGER];
  const filter = {
    userId: user_id ?? null,
    provider: provider?.toLowerCase() ?? null,
    kind: kind ?? null,
  };
  const found = await readSilences(c.env.DB, filter, beforeId, limit + 1);
  const { rows, next_cursor } = listPage(found, limit, ({ id }) => [id]);
  const nowMs = Date.now();
  return c.json(
    {
      rows: rows.map((row) => {
        const shown = shownSilence(row, nowMs);
        const { id, user_id: userId, connection_id, terra_user_id, provider: by } = row;
        const says = silenceInWords(shown, (time) => time);
        return { id, user_id: userId, connection_id, terra_user_id, provider: by, ...shown, says };
      }),
      next_cursor,
    },
    200,
  );
});
