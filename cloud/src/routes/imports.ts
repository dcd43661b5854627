import { z } from 'zod';
import type { PersonApp } from '../app-env.ts';
import { isoText } from '../clock.ts';
import { IMPORT_DAYS_MAX } from '../contract/import.ts';
import { importProgressRoute, importRoute, importsRoute } from '../contract/routes/import.ts';
import { ApiError } from '../errors.ts';
import { progressOf } from '../imports/progress.ts';
import { requestImport } from '../imports/request-import.ts';
import { readImport, readImports } from '../store/imports.ts';
import { decodeCursor } from './cursor.ts';
import { documentedRouter } from './documented-router.ts';
import { listPage } from './list-page.ts';

const listPosition = z.tuple([z.string().max(40).transform(isoText), z.string().max(100)]);

export const imports = documentedRouter<PersonApp>()
  .serve(importProgressRoute, async (c) => {
    const stored = await readImport(c.env.DB, c.get('userId'), c.req.valid('param').id);
    if (stored === null)
      throw new ApiError('not_found', 'no import has this id; `GET /v1/imports` lists yours');
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
  const { importId, requests } = await requestImport(c.env, {
    userId: c.get('userId'),
    requestId: c.get('requestId'),
    days,
    nowMs: Date.now(),
  });
  return c.json({ import_id: importId, days, requests }, 202);
});
