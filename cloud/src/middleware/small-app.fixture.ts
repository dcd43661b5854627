import { createExecutionContext, env, waitOnExecutionContext } from 'cloudflare:test';
import { Hono } from 'hono';
import type { App } from '../app-env.ts';
import { ApiError } from '../errors.ts';

/** An app with nothing in it yet. It answers refusals by their code, and fails with anything else. */
export function smallApp<AppEnv extends App = App>(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.onError((error, c) => {
    if (!(error instanceof ApiError)) throw error;
    const { code, message, status, retryAfterSeconds } = error;
    if (retryAfterSeconds !== undefined) c.header('Retry-After', String(retryAfterSeconds));
    return c.json({ code, message }, status);
  });
  return app;
}

/** One request to the app; what it leaves to `waitUntil` has ended when this answers. */
export async function ask<AppEnv extends App>(
  app: Hono<AppEnv>,
  path: string,
  { env: used = env, ...init }: RequestInit & { readonly env?: Env } = {},
): Promise<Response> {
  const context = createExecutionContext();
  const response = await app.request(path, init, used, context);
  await waitOnExecutionContext(context);
  return response;
}

/** What a refusal says: its status, its code and the seconds to wait. */
export async function refusalOf(response: Response): Promise<readonly unknown[]> {
  const { code } = await response.json<{ code?: string }>();
  const wait = response.headers.get('retry-after');
  return wait === null ? [response.status, code] : [response.status, code, Number(wait)];
}
