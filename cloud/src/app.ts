import { OpenAPIHono } from '@hono/zod-openapi';
import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { App, PersonApp } from './app-env.ts';
import { ApiError, errorBody, errorText } from './errors.ts';
import { log } from './log.ts';
import { adminKey } from './middleware/admin-key.ts';
import { bearer } from './middleware/bearer.ts';
import { allowedOrigins } from './middleware/cors.ts';
import { narrowPolicy, notCached, safeHeaders } from './middleware/headers.ts';
import { idempotency } from './middleware/idempotency.ts';
import { personLimit, wrongKeyLimit } from './middleware/rate-limit.ts';
import { requestId } from './middleware/request-id.ts';
import { admin } from './routes/admin.ts';
import { adminActs } from './routes/admin-acts.ts';
import { adminDlq } from './routes/admin-dlq.ts';
import { adminMetrics } from './routes/admin-metrics.ts';
import { adminPayloads } from './routes/admin-payloads.ts';
import { adminPerson } from './routes/admin-person.ts';
import { adminRebuild } from './routes/admin-rebuild.ts';
import { adminRestore } from './routes/admin-restore.ts';
import { adminSearch } from './routes/admin-search.ts';
import { adminSilences } from './routes/admin-silences.ts';
import { adminStats } from './routes/admin-stats.ts';
import { adminTraces } from './routes/admin-traces.ts';
import { connections } from './routes/connections.ts';
import { deviceLogin } from './routes/device-login.ts';
import { digests } from './routes/digests.ts';
import { erasure } from './routes/erasure.ts';
import { events } from './routes/events.ts';
import { explain } from './routes/explain.ts';
import { imports } from './routes/imports.ts';
import { labs } from './routes/labs.ts';
import { me } from './routes/me.ts';
import { pages } from './routes/pages.ts';
import { payloads } from './routes/payloads.ts';
import { profile } from './routes/profile.ts';
import { addReference } from './routes/reference.ts';
import { sessions } from './routes/sessions.ts';
import { sync } from './routes/sync.ts';
import { webhook } from './routes/webhook.ts';

/**
 * What takes deliveries and nothing else: most requests are one, and to look for it among the documented routes took a
 * tenth of its time. They are in the whole side, too.
 */
export function buildDeliveries(): Hono<App> {
  const app = new Hono<App>({ strict: false });
  app.use(requestId, safeHeaders, narrowPolicy);
  app.route('/', webhook);
  app.onError((error, c) => answerError(c, error));
  return app;
}

/** The Worker's HTTP side: who may call what, and the one map from errors to the wire. */
export function buildApp(): OpenAPIHono<App> {
  const app = new OpenAPIHono<App>({ strict: false });
  app.use(requestId, safeHeaders, narrowPolicy);
  app.route('/', webhook);
  app.route('/', pages);
  app.use('/v1/*', notCached, allowedOrigins);
  app.use('/admin/*', notCached);
  // Before the routes that want a token: these give one.
  app.route('/v1', deviceLogin);
  const person = new OpenAPIHono<PersonApp>({ strict: false });
  person.use(wrongKeyLimit, bearer, personLimit, idempotency);
  person.route('/', sync);
  person.route('/', digests);
  person.route('/', me);
  person.route('/', connections);
  person.route('/', imports);
  person.route('/', labs);
  person.route('/', erasure);
  person.route('/', profile);
  person.route('/', events);
  person.route('/', payloads);
  person.route('/', explain);
  person.route('/', sessions);
  app.route('/v1', person);
  const operator = new OpenAPIHono<App>({ strict: false });
  operator.use(wrongKeyLimit, adminKey);
  operator.route('/', admin);
  operator.route('/', adminActs);
  operator.route('/', adminDlq);
  operator.route('/', adminMetrics);
  operator.route('/', adminPayloads);
  operator.route('/', adminPerson);
  operator.route('/', adminRebuild);
  operator.route('/', adminRestore);
  operator.route('/', adminSearch);
  operator.route('/', adminSilences);
  operator.route('/', adminStats);
  operator.route('/', adminTraces);
  app.route('/admin', operator);
  addReference(app);
  app.get('/healthz', (c) => c.json({ ok: true }));
  app.notFound((c) => answerError(c, new ApiError('not_found', 'there is nothing at this address')));
  app.onError((error, c) => answerError(c, error));
  return app;
}

function answerError(c: Context<App>, error: unknown): Response {
  const request = c.get('requestId');
  const known = knownError(error);
  if (known?.retryAfterSeconds !== undefined) c.header('Retry-After', String(known.retryAfterSeconds));
  if (known !== null && known.code !== 'misconfigured')
    return c.json(errorBody(known, request), known.status);
  log('error', known === null ? 'internal' : known.code, {
    request_id: request,
    path: c.req.path,
    message: errorText(error),
  });
  const shown =
    known ?? new ApiError('internal', 'something failed on our side; the request id finds it in our log');
  return c.json(errorBody(shown, request), shown.status);
}

/** Hono's own refusals are of the request: a body that is not JSON, a malformed form. */
function knownError(error: unknown): ApiError | null {
  if (error instanceof ApiError) return error;
  if (error instanceof HTTPException && error.status === 400)
    return new ApiError('invalid_request', error.message);
  return null;
}
