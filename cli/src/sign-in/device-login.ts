import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AccessToken,
  accessToken,
  type DeviceLoginStarted,
  deviceLoginStarted,
} from '../../../cloud/src/contract/auth.ts';
import { ask, type Server } from '../api/api.ts';
import { AmyError } from '../errors.ts';
import { SLOW_DOWN_S } from '../limits.ts';

export type WaitOptions = {
  /** Told when the server can not be asked, once until it can again. */
  readonly onTrouble?: (error: AmyError) => void;
  readonly sleepMs?: (ms: number) => Promise<unknown>;
  readonly nowMs?: () => number;
};

/** Begins a device login (RFC 8628) under the name of this device. */
export function beginDeviceLogin(server: Server, client: string): Promise<DeviceLoginStarted> {
  return ask(server, (api) => api.v1.auth.device.$post({ json: { client } }), deviceLoginStarted);
}

/**
 * Asks, no oftener than the server wants to be asked, until the person has decided. A server that cannot be
 * reached, or is busy, is asked again as long as the login lasts.
 * Throws AmyError: the server's `access_denied`, `expired_token` and any other refusal.
 */
export async function awaitApproval(
  server: Server,
  login: DeviceLoginStarted,
  { onTrouble = () => {}, sleepMs = sleep, nowMs = Date.now }: WaitOptions = {},
): Promise<AccessToken> {
  const endMs = nowMs() + login.expires_in * 1_000;
  let interval = login.interval;
  let pause = interval;
  let inTrouble = false;
  for (;;) {
    await sleepMs(Math.max(0, Math.min(pause * 1_000, endMs - nowMs())));
    if (nowMs() >= endMs) throw expired();
    try {
      return await askForToken(server, login.device_code);
    } catch (error) {
      if (error instanceof AmyError && error.code === 'expired_token') throw expired(error);
      if (!(error instanceof AmyError) || !(isUndecided(error) || isPassing(error))) throw error;
      if (error.code === 'slow_down') interval += SLOW_DOWN_S;
      pause = Math.max(interval, error.retryAfterSeconds ?? 0);
      if (isPassing(error) && !inTrouble) onTrouble(error);
      inTrouble = isPassing(error);
    }
  }
}

function expired(cause?: AmyError): AmyError {
  return new AmyError(
    'expired_token',
    'nobody approved the sign-in in time, and its code is no longer good; run `amy login` again',
    {
      requestId: cause?.requestId,
      cause,
    },
  );
}

function askForToken(server: Server, device_code: string): Promise<AccessToken> {
  return ask(server, (api) => api.v1.auth.device.token.$post({ json: { device_code } }), accessToken, {
    patient: false,
  });
}

function isUndecided({ code }: AmyError): boolean {
  return code === 'authorization_pending' || code === 'slow_down';
}

/** What may be over at the next try. */
function isPassing({ code, status = 0 }: AmyError): boolean {
  return code === 'network_failed' || status === 429 || status >= 500;
}
