import { z } from 'zod';
import type { PersonApp } from '../app-env.ts';
import { isoText } from '../clock.ts';
import { importProgressRoute, importRoute, importsRoute } from '../contract/routes/import.ts';
import { ApiError } from '../errors.ts';
import { progressOf } from '../imports/progress.ts';
import { readImport, readImports } from '../store/imports.ts';
import { askedImport } from './asked-import.ts';
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
  const { days } = c.req.valid('json');
  const request = { userId: c.get('userId'), requestId: c.get('requestId'), days, nowMs: Date.now() };
  return c.json(await askedImport(c.env, request), 202);
});
