import { ApiError } from './errors.ts';
import {
  INLINE_PAYLOAD_BYTES,
  KEY_BYTES_MIN,
  MAX_WEBHOOK_BYTES,
  PAYLOAD_HOSTS,
  PAYLOAD_RETENTION_DAYS,
  SIGNATURE_TOLERANCE_S,
} from './limits.ts';

type NumberName =
  | 'MAX_WEBHOOK_BYTES'
  | 'INLINE_PAYLOAD_BYTES'
  | 'PAYLOAD_RETENTION_DAYS'
  | 'TERRA_SIGNATURE_TOLERANCE_S';
type SecretName =
  | 'TERRA_DEV_ID'
  | 'TERRA_API_KEY'
  | 'TERRA_SIGNING_SECRET'
  | 'AMY_ADMIN_KEY'
  | 'AMY_JWT_SECRET';

const DEFAULTS: Record<NumberName, number> = {
  MAX_WEBHOOK_BYTES,
  INLINE_PAYLOAD_BYTES,
  PAYLOAD_RETENTION_DAYS,
  TERRA_SIGNATURE_TOLERANCE_S: SIGNATURE_TOLERANCE_S,
};

/** A number an operator may set; unset or empty means its default. Throws `misconfigured` on anything else. */
export function numberSetting(env: Env, name: NumberName): number {
  const text = env[name];
  if (text === undefined || text === '') return DEFAULTS[name];
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new ApiError('misconfigured', `the variable ${name} is not a whole number`);
}

/** Those that an operator makes up; Terra's own are as long as Terra makes them. */
const MADE_UP: ReadonlySet<SecretName> = new Set(['AMY_ADMIN_KEY', 'AMY_JWT_SECRET']);

/**
 * A secret a route cannot do without. Throws `misconfigured`, which other routes never see, where it is not set, or
 * is a key of ours that could be guessed.
 */
export function requireSecret(env: Env, name: SecretName): string {
  const value = env[name];
  if (typeof value !== 'string' || value.trim() === '') {
    throw new ApiError('misconfigured', `the secret ${name} is not set`);
  }
  if (MADE_UP.has(name) && new TextEncoder().encode(value.trim()).length < KEY_BYTES_MIN) {
    throw new ApiError('misconfigured', `the secret ${name} is shorter than ${KEY_BYTES_MIN} bytes`);
  }
  return value;
}

/** The operator's keys, newest first; several are valid while they are rotated, and none is too short. */
export function adminKeys(env: Env): readonly string[] {
  const keys = listSetting(requireSecret(env, 'AMY_ADMIN_KEY'));
  const encoder = new TextEncoder();
  if (keys.length === 0 || keys.some((key) => encoder.encode(key).byteLength < KEY_BYTES_MIN))
    throw new ApiError('misconfigured', `a key in AMY_ADMIN_KEY is shorter than ${KEY_BYTES_MIN} bytes`);
  return keys;
}

/** Terra's signing secrets, newest first; several are valid while they are rotated. None where nothing is set. */
export function signingSecrets(env: Env): readonly string[] {
  return listSetting(env.TERRA_SIGNING_SECRET);
}

/** Hosts a ping's payload may be fetched from; one with a dot in front stands for all below it too. */
export function payloadHosts(env: Env): readonly string[] {
  const text = env.TERRA_PAYLOAD_HOSTS;
  return text === undefined ? PAYLOAD_HOSTS : listSetting(text).map((host) => host.toLowerCase());
}

/** The entries of a comma separated variable. */
export function listSetting(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
