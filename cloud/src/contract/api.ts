import type { OpenAPIHono, RouteConfig } from '@hono/zod-openapi';
import type { Env } from 'hono';
import type { BlankSchema } from 'hono/types';
import type {
  deviceDecisionRoute,
  deviceLoginRoute,
  deviceLoginShownRoute,
  deviceTokenRoute,
  logoutRoute,
  refreshRoute,
  renameSessionRoute,
  revokeSessionRoute,
  sessionsRoute,
} from './routes/auth.ts';
import type { connectRoute, removeConnectionRoute } from './routes/connections.ts';
import type { digestRoute, digestRowsRoute } from './routes/digest.ts';
import type { erasureRoute } from './routes/erasure.ts';
import type { eventsRoute } from './routes/events.ts';
import type { explainRoute } from './routes/explain.ts';
import type { importProgressRoute, importRoute, importsRoute } from './routes/import.ts';
import type {
  labDeleteRoute,
  labFileRoute,
  labListRoute,
  labRetryRoute,
  labShowRoute,
  labUploadRoute,
} from './routes/labs.ts';
import type { meRoute } from './routes/me.ts';
import type { payloadRoute } from './routes/payloads.ts';
import type { profileRoute, profileUpdateRoute } from './routes/profile.ts';
import type { syncRoute } from './routes/sync.ts';

/** Every route of `/v1` a client may call: one that is missing here does not exist for the CLI. */
type Routes = [
  typeof connectRoute,
  typeof deviceDecisionRoute,
  typeof deviceLoginRoute,
  typeof deviceLoginShownRoute,
  InJson<typeof deviceTokenRoute>,
  typeof digestRoute,
  typeof digestRowsRoute,
  typeof erasureRoute,
  typeof eventsRoute,
  typeof explainRoute,
  typeof importProgressRoute,
  typeof importRoute,
  typeof importsRoute,
  typeof labDeleteRoute,
  typeof labFileRoute,
  typeof labListRoute,
  typeof labRetryRoute,
  typeof labShowRoute,
  typeof labUploadRoute,
  typeof logoutRoute,
  typeof meRoute,
  typeof payloadRoute,
  typeof profileRoute,
  typeof profileUpdateRoute,
  typeof refreshRoute,
  typeof removeConnectionRoute,
  typeof renameSessionRoute,
  typeof revokeSessionRoute,
  typeof sessionsRoute,
  typeof syncRoute,
];

/** A route that takes a body in several types, as one that takes JSON: `hono/client` would want them all at once. */
type InJson<Route extends { request: { body: { content: { 'application/json': unknown } } } }> = Omit<
  Route,
  'request'
> & {
  request: { body: { content: Pick<Route['request']['body']['content'], 'application/json'> } };
};

/** The type of `/v1` for `hono/client`, known from the routes' definitions alone, without the Worker's. */
export type Api = ApiOf<Routes>;

/** What an app is that serves these routes below `/v1`. */
export type ApiOf<Served extends readonly RouteConfig[]> = ReturnType<
  typeof app.openapiRoutes<{ [Index in keyof Served]: { route: Served[Index]; handler: never } }>
>;

declare const app: OpenAPIHono<Env, BlankSchema, '/v1'>;
