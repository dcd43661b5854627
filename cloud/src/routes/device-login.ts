import type { App } from '../app-env.ts';
import { deviceLoginRoute, deviceTokenRoute } from '../contract/routes/auth.ts';
import { ApiError } from '../errors.ts';
import { DEVICE_LOGIN_LIFE_S, DEVICE_POLL_INTERVAL_S, LOGIN_BODY_BYTES_MAX } from '../limits.ts';
import { loginLimit, pollLimit } from '../middleware/rate-limit.ts';
import { requireSecret } from '../settings.ts';
import { shownUserCode } from '../sign-in/device-codes.ts';
import { beginDeviceLogin, type PollOutcome, pollForSession } from '../sign-in/device-login.ts';
import { documentedRouter, readWithin } from './documented-router.ts';
import { tokenAnswer } from './token-answer.ts';
import { parseJson } from './validation.ts';

const beginRoute = { ...deviceLoginRoute, middleware: loginLimit };
const pollRoute = { ...deviceTokenRoute, middleware: pollLimit };

/** How a device without a token gets one. */
export const deviceLogin = documentedRouter<App>()
  .serve(
    beginRoute,
    async (c) => {
      const { client } = c.req.valid('json');
      const { deviceCode, userCode } = await beginDeviceLogin(c.env.DB, client, Date.now());
      const page = new URL('/activate', c.req.url);
      const verificationUri = page.href;
      page.searchParams.set('user_code', shownUserCode(userCode));
      return c.json(
        {
          device_code: deviceCode,
          user_code: shownUserCode(userCode),
          verification_uri: verificationUri,
          verification_uri_complete: page.href,
          expires_in: DEVICE_LOGIN_LIFE_S,
          interval: DEVICE_POLL_INTERVAL_S,
        },
        200,
      );
    },
    readFields,
  )
  .serve(
    pollRoute,
    async (c) => {
      // Before the login is used up: without a secret there is no token to give.
      const secret = requireSecret(c.env, 'AMY_JWT_SECRET');
      const { device_code } = c.req.valid('json');
      const nowMs = Date.now();
      const outcome = await pollForSession(c.env.DB, device_code, nowMs);
      if (outcome.state === 'refused') throw new ApiError(outcome.reason, REFUSALS[outcome.reason]);
      const { id: sessionId, userId, expiresMs } = outcome.session;
      return c.json(await tokenAnswer({ userId, sessionId, expiresMs }, secret, nowMs), 200);
    },
    readFields,
  );

/** JSON whatever its content type says, else the form that RFC 8628 sends; nothing at all is no field. */
async function readFields(request: Request): Promise<unknown> {
  const text = new TextDecoder().decode(await readWithin(request, LOGIN_BODY_BYTES_MAX));
  return parseJson(text) ?? Object.fromEntries(new URLSearchParams(text));
}

const REFUSALS: Record<Extract<PollOutcome, { state: 'refused' }>['reason'], string> = {
  authorization_pending: 'nobody has approved this device yet; ask again after the interval',
  slow_down: `asked too soon; wait ${DEVICE_POLL_INTERVAL_S} s longer between two polls from now on`,
  access_denied: 'the person denied this device',
  expired_token: 'nobody approved this device in time; begin again',
  invalid_grant: 'device_code: is unknown or was used already; begin again',
};
