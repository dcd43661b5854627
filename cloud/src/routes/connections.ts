import type { PersonApp } from '../app-env.ts';
import { disconnect } from '../connections/disconnect.ts';
import { connectRoute, removeConnectionRoute } from '../contract/routes/connections.ts';
import { ApiError } from '../errors.ts';
import { LOST_RACE_RETRY_AFTER_S } from '../limits.ts';
import { generateWidgetSession } from '../terra/connections.ts';
import { documentedRouter } from './documented-router.ts';
import { terraRefusal } from './terra-refusal.ts';

export const connections = documentedRouter<PersonApp>();

connections.serve(removeConnectionRoute, async (c) => {
  const { id } = c.req.valid('param');
  const result = await disconnect(c.env, c.get('userId'), id);
  switch (result.state) {
    case 'ended':
      return c.json(
        { ok: true as const, id, provider: result.provider, deactivated_at: result.deactivatedAt },
        200,
      );
    case 'unknown':
      throw new ApiError('not_found', 'no connection of yours has this id');
    case 'refused':
      throw terraRefusal(result.answer, 'end the connection', 'nothing was changed; try again later');
    case 'lost_race':
      throw new ApiError('unavailable', 'the connection was being changed meanwhile; try again', {
        retryAfterSeconds: LOST_RACE_RETRY_AFTER_S,
      });
  }
});

connections.serve(connectRoute, async (c) => {
  const { redirect_url, providers } = c.req.valid('json');
  const answer = await generateWidgetSession(c.env, {
    referenceId: c.get('userId'),
    redirectUrl: redirect_url ?? null,
    providers: (providers ?? []).map((name) => name.toUpperCase()),
  });
  if (answer.state === 'failed') {
    const remedy =
      providers == null ? 'try again later' : 'check the names of the providers, or leave them out';
    throw terraRefusal(answer, 'open a connect page', remedy);
  }
  return c.json({ url: answer.body.url, expires_in: answer.body.expiresInSeconds }, 200);
});
