import type { UnixMs } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { asUserId, type UserId } from '../ids.ts';
import {
  DEVICE_LOGIN_LIFE_S,
  DEVICE_POLL_INTERVAL_S,
  SESSION_LIFE_MAX_S,
  SESSION_LIFE_S,
  USER_CODE_TRIES,
} from '../limits.ts';
import {
  type DeviceLogin,
  pollDeviceLogin,
  redeemDeviceLogin,
  writeDeviceLogin,
} from '../store/device-logins.ts';
import { newDeviceCode, newUserCode } from './device-codes.ts';

/** A login that has begun: the device keeps the first code, a person types the second. */
export type BegunLogin = { readonly deviceCode: string; readonly userCode: string };

/** Begins a device login (RFC 8628). Of the device code only the hash is kept. `makeUserCode` is for tests. */
export async function beginDeviceLogin(
  db: D1Database,
  client: string,
  nowMs: UnixMs,
  makeUserCode: () => string = newUserCode,
): Promise<BegunLogin> {
  const deviceCode = newDeviceCode();
  for (let tries = 0; tries < USER_CODE_TRIES; tries += 1) {
    const userCode = makeUserCode();
    const isStored = await writeDeviceLogin(db, {
      deviceCodeHash: sha256Hex(deviceCode),
      userCode,
      client,
      nowMs,
      expiresMs: nowMs + DEVICE_LOGIN_LIFE_S * 1_000,
      intervalSeconds: DEVICE_POLL_INTERVAL_S,
    });
    if (isStored) return { deviceCode, userCode };
  }
  throw new Error(`no user code was free in ${USER_CODE_TRIES} tries`);
}

/** A session that a device got, for whom and until when. */
export type NewSession = { readonly id: string; readonly userId: UserId; readonly expiresMs: UnixMs };

/** What a poll comes to: a session, or the code of RFC 8628 (section 3.5) and RFC 6749 (5.2) that says why not. */
export type PollOutcome =
  | { readonly state: 'signed_in'; readonly session: NewSession }
  | {
      readonly state: 'refused';
      readonly reason:
        | 'authorization_pending'
        | 'slow_down'
        | 'access_denied'
        | 'expired_token'
        | 'invalid_grant';
    };

/** Answers a poll. An approved login becomes a session, once, whoever else asks at the same time. */
export async function pollForSession(
  db: D1Database,
  deviceCode: string,
  nowMs: UnixMs,
): Promise<PollOutcome> {
  const deviceCodeHash = sha256Hex(deviceCode);
  const login = await pollDeviceLogin(db, deviceCodeHash, nowMs);
  const reason = whyNotYet(login, nowMs);
  if (reason !== null) return { state: 'refused', reason };
  const userId = login?.user_id ?? asUserId('');
  const id = crypto.randomUUID();
  const expiresAt = await redeemDeviceLogin(db, {
    id,
    userId,
    deviceCodeHash,
    nowMs,
    expiresMs: nowMs + SESSION_LIFE_S * 1_000,
    endsMs: nowMs + SESSION_LIFE_MAX_S * 1_000,
  });
  return expiresAt === null
    ? { state: 'refused', reason: 'invalid_grant' }
    : { state: 'signed_in', session: { id, userId, expiresMs: Date.parse(expiresAt) } };
}

type Reason = Extract<PollOutcome, { state: 'refused' }>['reason'];

/** Why a login is not to be redeemed now; null where it is approved and waits for that. */
function whyNotYet(login: DeviceLogin | null, nowMs: UnixMs): Reason | null {
  if (login === null || login.redeemed_at !== null) return 'invalid_grant';
  if (Date.parse(login.expires_at) <= nowMs) return 'expired_token';
  if (login.decision === 'denied') return 'access_denied';
  if (login.decision === 'approved') return null;
  return isTooSoon(login, nowMs) ? 'slow_down' : 'authorization_pending';
}

function isTooSoon({ polled_at, interval_s }: DeviceLogin, nowMs: UnixMs): boolean {
  return polled_at !== null && nowMs - Date.parse(polled_at) < interval_s * 1_000;
}
