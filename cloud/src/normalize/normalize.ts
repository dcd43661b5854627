import { SKIPPED_EVENT_TYPES } from '../event-codes.ts';
import { PAYLOAD_HOSTS } from '../limits.ts';
import { normalizeActivity } from './activity.ts';
import { normalizeBody } from './body.ts';
import {
  normalizeAccessRevoked,
  normalizeAuth,
  normalizeAuthCancelled,
  normalizeConnectionError,
  normalizeDeauth,
  normalizePermissionChange,
  normalizeUserReauth,
} from './connection-events.ts';
import { normalizeDaily } from './daily.ts';
import { normalizeLabFailure, normalizeLabReport } from './lab-report.ts';
import { normalizePayloadPing } from './payload-url.ts';
import { skipByType, skipLargeRequest, skipUnknown } from './skipped-events.ts';
import { normalizeSleep } from './sleep.ts';
import type { Normalized, StoredEvent } from './types.ts';

/** What normalizing may depend on beside the event itself. */
export type NormalizeSettings = {
  /** Host suffixes from which a ping's payload may come. */
  readonly payloadHosts: readonly string[];
};

type Normalizer = (event: StoredEvent, payload: unknown, settings: NormalizeSettings) => Normalized;

const DEFAULT_SETTINGS: NormalizeSettings = { payloadHosts: PAYLOAD_HOSTS };

const NORMALIZERS: ReadonlyMap<string, Normalizer> = new Map<string, Normalizer>([
  ['daily', normalizeDaily],
  ['sleep', normalizeSleep],
  ['activity', normalizeActivity],
  ['body', normalizeBody],
  ['lab_report', normalizeLabReport],
  ['lab_report.completed', normalizeLabReport],
  ['lab_report.failed', normalizeLabFailure],
  ['auth', normalizeAuth],
  ['auth_success', normalizeAuth],
  ['auth_cancelled', normalizeAuthCancelled],
  ['deauth', normalizeDeauth],
  ['access_revoked', normalizeAccessRevoked],
  ['user_reauth', normalizeUserReauth],
  ['connection_error', normalizeConnectionError],
  ['permission_change', normalizePermissionChange],
  ['s3_payload', (_event, payload, settings) => normalizePayloadPing(payload, settings.payloadHosts)],
  ['large_request_processing', (_event, payload) => skipLargeRequest('large_request_processing', payload)],
  ['large_request_sending', (_event, payload) => skipLargeRequest('large_request_sending', payload)],
  ...SKIPPED_EVENT_TYPES.map(([type]): [string, Normalizer] => [type, skipByType(type)]),
]);

/** Every event type that is known, normalized or skipped on purpose. */
export const EVENT_TYPES: readonly string[] = [...NORMALIZERS.keys()];

/**
 * What a stored event contributes to the typed tables. Pure: the same event and body always give the same
 * answer. Never throws, whatever JSON value `payload` is: what cannot be used is refused or parked by path.
 */
export function normalize(
  event: StoredEvent,
  payload: unknown,
  settings: NormalizeSettings = DEFAULT_SETTINGS,
): Normalized {
  const normalizer = NORMALIZERS.get(event.eventType) ?? skipUnknown;
  return normalizer(event, payload, settings);
}
