import type { z } from 'zod';
import type { App } from '../app-env.ts';
import {
  type AccessToken,
  type DeviceLoginStarted,
  deviceLoginRequest,
  deviceTokenRequest,
} from '../contract/auth.ts';
import { deviceLoginRoute, deviceTokenRoute } from '../contract/routes/auth.ts';
import { ApiError } from '../errors.ts';
import { issueAmyToken } from '../identity/amy-token.ts';
import { shownUserCode } from '../identity/device-codes.ts';
import { beginDeviceLogin, type PollOutcome, pollForSession } from '../identity/device-login.ts';
import { readBody } from '../ingest/read-body.ts';
import {
  DEVICE_LOGIN_LIFE_S,
  DEVICE_POLL_INTERVAL_S,
  LOGIN_BODY_BYTES_MAX,
  SESSION_LIFE_S,
} from '../limits.ts';
import { loginLimit } from '../middleware/rate-limit.ts';
import { requireSecret } from '../settings.ts';
import { invalidRequest, parseJson, validatingRouter } from './validation.ts';

/** How a device without a token gets one. Bodies are read by hand: curl names no type, RFC 8628 sends a form. */
export const deviceLogin = validatingRouter<App>();

deviceLogin.openAPIRegistry.registerPath(deviceLoginRoute);
deviceLogin.openAPIRegistry.registerPath(deviceTokenRoute);

deviceLogin.post('/auth/device', loginLimit, async (c) => {
  const { client } = await readFields(c.req.raw, deviceLoginRequest);
  const { deviceCode, userCode } = await beginDeviceLogin(c.env.DB, client, Date.now());
  const page = new URL('/activate', c.req.url);
  const verificationUri = page.href;
  page.searchParams.set('user_code', shownUserCode(userCode));
  return c.json({
    device_code: deviceCode,
    user_code: shownUserCode(userCode),
    verification_uri: verificationUri,
    verification_uri_complete: page.href,
    expires_in: DEVICE_LOGIN_LIFE_S,
    interval: DEVICE_POLL_INTERVAL_S,
  } satisfies DeviceLoginStarted);
});

deviceLogin.post('/auth/device/token', async (c) => {
  // Before the login is used up: without a secret there is no token to give.
  const secret = requireSecret(c.env, 'AMY_JWT_SECRET');
  const { device_code } = await readFields(c.req.raw, deviceTokenRequest);
  const nowMs = Date.now();
  const outcome = await pollForSession(c.env.DB, device_code, nowMs);
  if (!outcome.ok) throw new ApiError(outcome.reason, REFUSALS[outcome.reason]);
  const { id: sessionId, userId } = outcome.session;
  const grant = { userId, sessionId, nowMs, lifeSeconds: SESSION_LIFE_S };
  return c.json({
    access_token: await issueAmyToken(grant, secret),
    token_type: 'Bearer',
    expires_in: SESSION_LIFE_S,
    user_id: userId,
    session_id: sessionId,
  } satisfies AccessToken);
});

/** JSON whatever its content type says, else a form; nothing at all is no field. */
async function readFields<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
): Promise<z.output<Schema>> {
  const body = await readBody(request, LOGIN_BODY_BYTES_MAX);
  if (!body.ok) {
    throw new ApiError('invalid_request', `the body must be at most ${LOGIN_BODY_BYTES_MAX} bytes`);
  }
  const text = new TextDecoder().decode(body.bytes);
  const fields = schema.safeParse(parseJson(text) ?? Object.fromEntries(new URLSearchParams(text)));
  if (!fields.success) throw invalidRequest(fields.error);
  return fields.data;
}

const REFUSALS: Record<Extract<PollOutcome, { ok: false }>['reason'], string> = {
  authorization_pending: 'nobody has approved this device yet; ask again after the interval',
  slow_down: `asked too soon; wait ${DEVICE_POLL_INTERVAL_S} s longer between two polls from now on`,
  access_denied: 'the person denied this device',
  expired_token: 'nobody approved this device in time; begin again',
  invalid_grant: 'device_code: is unknown or was used already; begin again',
};
