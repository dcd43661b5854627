import type { PersonApp } from '../app-env.ts';
import { connectRequest } from '../contract/connections.ts';
import { connectRoute, removeConnectionRoute } from '../contract/routes/connections.ts';
import { ApiError } from '../errors.ts';
import { disconnect } from '../ingest/disconnect.ts';
import { LOST_RACE_RETRY_AFTER_S } from '../limits.ts';
import { generateWidgetSession } from '../terra/connections.ts';
import { terraRefusal } from './terra-refusal.ts';
import { readJsonBody, validatingRouter } from './validation.ts';

/** The body of `POST /connect` is read by hand: none at all means no wishes, whatever its content type says. */
export const connections = validatingRouter<PersonApp>().openapi(removeConnectionRoute, async (c) => {
  const { id } = c.req.valid('param');
  const result = await disconnect(c.env, c.get('userId'), id);
  switch (result.state) {
    case 'ended':
      return c.json(
        { ok: true as const, id, provider: result.provider, deactivated_at: result.deactivatedAt },
        200,
      );
    case 'unknown':
      throw new ApiError('not_found', 'no connection has this id; `GET /v1/me` lists yours');
    case 'refused':
      throw terraRefusal(result.answer, 'end the connection', 'nothing was changed; try again later');
    case 'lost_race':
      throw new ApiError('unavailable', 'the connection was being changed meanwhile; try again', {
        retryAfterSeconds: LOST_RACE_RETRY_AFTER_S,
      });
  }
});

connections.openAPIRegistry.registerPath(connectRoute);

connections.post('/connect', async (c) => {
  const { redirect_url, providers } = await readJsonBody(c.req.raw, connectRequest);
  const answer = await generateWidgetSession(c.env, {
    referenceId: c.get('userId'),
    redirectUrl: redirect_url ?? null,
    providers: (providers ?? []).map((name) => name.toUpperCase()),
  });
  if (!answer.ok) {
    const remedy =
      providers == null ? 'try again later' : 'check the names in `providers`, or leave them out';
    throw terraRefusal(answer, 'open a connect page', remedy);
  }
  return c.json({ url: answer.body.url, expires_in: answer.body.expiresInSeconds }, 200);
});
