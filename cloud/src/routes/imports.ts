import type { PersonApp } from '../app-env.ts';
import { IMPORT_DAYS_MAX, importRequest } from '../contract/import.ts';
import { importRoute } from '../contract/routes/import.ts';
import { ApiError } from '../errors.ts';
import { parsePayload } from '../ingest/payload.ts';
import { requestImport } from '../ingest/request-import.ts';
import { validatingRouter } from './validation.ts';

/** The body is read by hand: none at all means the default, whatever its content type says. */
export const imports = validatingRouter<PersonApp>();

imports.openAPIRegistry.registerPath(importRoute);

imports.post('/import', async (c) => {
  const request = importRequest.safeParse(parseBody(new Uint8Array(await c.req.arrayBuffer())));
  if (!request.success) {
    throw new ApiError(
      'invalid_request',
      'days: must be a whole number, at least 1, in a body like {"days": 90}',
    );
  }
  const days = Math.min(request.data.days, IMPORT_DAYS_MAX);
  const { importId, requests } = await requestImport(c.env, {
    userId: c.get('userId'),
    requestId: c.get('requestId'),
    days,
    nowMs: Date.now(),
  });
  return c.json({ import_id: importId, days, requests }, 202);
});

/** The JSON of a body, `{}` of an empty one; undefined where it is no JSON. */
function parseBody(body: Uint8Array): unknown {
  return body.byteLength === 0 ? {} : parsePayload(body);
}
