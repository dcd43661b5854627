import { z } from 'zod';
import type { PersonApp } from '../app-env.ts';
import { isoText } from '../clock.ts';
import { IMPORT_DAYS_MAX } from '../contract/import.ts';
import { importProgressRoute, importRoute, importsRoute } from '../contract/routes/import.ts';
import { ApiError } from '../errors.ts';
import { progressOf } from '../imports/progress.ts';
import { requestImport } from '../imports/request-import.ts';
import { IMPORT_DAYS_A_DAY, LOST_RACE_RETRY_AFTER_S } from '../limits.ts';
import { readImport, readImports } from '../store/imports.ts';
import { decodeCursor } from './cursor.ts';
import { documentedRouter } from './documented-router.ts';
import { listPage } from './list-page.ts';

const listPosition = z.tuple([z.string().max(40).transform(isoText), z.string().max(100)]);

export const imports = documentedRouter<PersonApp>()
  .serve(importProgressRoute, async (c) => {
    const stored = await readImport(c.env.DB, c.get('userId'), c.req.valid('param').id);
    if (stored === null) throw new ApiError('not_found', 'no import of yours has this id');
    return c.json(progressOf(stored, Date.now()), 200);
  })
  .serve(importsRoute, async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const after = decodeCursor(listPosition, cursor);
    const found = await readImports(c.env.DB, c.get('userId'), after, limit + 1);
    const { rows, ...next } = listPage(found, limit, ({ created_at, id }) => [created_at, id]);
    return c.json({ data: rows.map(({ id, ...rest }) => ({ import_id: id, ...rest })), ...next }, 200);
  });

imports.serve(importRoute, async (c) => {
  const days = Math.min(c.req.valid('json').days, IMPORT_DAYS_MAX);
  const raced = await requestImport(c.env, {
    userId: c.get('userId'),
    requestId: c.get('requestId'),
    days,
    nowMs: Date.now(),
  });
  if (raced.state === 'lost_race') {
    throw new ApiError('unavailable', 'other imports were asked for at the same time; try again', {
      retryAfterSeconds: LOST_RACE_RETRY_AFTER_S,
    });
  }
  const asked = raced.value;
  switch (asked.state) {
    case 'asked': {
      const { id, requests } = asked.import;
      return c.json({ import_id: id, days: asked.import.days, requests }, 202);
    }
    case 'over_budget':
      throw new ApiError(
        'rate_limited',
        `imports asked for as many days as a person may within 24 hours (${IMPORT_DAYS_A_DAY}, days times connections); ` +
          `try again later, or ask for fewer days: at most ${asked.daysMax} at once`,
        { retryAfterSeconds: asked.retryAfterSeconds },
      );
  }
});
