import type { TerraUserId } from '../ids.ts';
import { type EventUser, readEventUser, scopeNames } from './event-user.ts';
import { valueAt } from './json-path.ts';
import { invalidAt, normalized, orderOf, skipped } from './results.ts';
import { codeWord, readId, storableText } from './text.ts';
import { utcDate } from './time.ts';
import type { ConnectionContribution, Normalized, StoredEvent } from './types.ts';

/** Days of history a new connection asks for. */
export const AUTH_BACKFILL_DAYS = 90;

const MESSAGE_MAX_CHARS = 500;
const STATUS_MAX_CHARS = 40;

type Change = ConnectionContribution['change'];

/** `auth` and the older `auth_success`: the connection is there, and its recent history is asked for. */
export function normalizeAuth(event: StoredEvent, payload: unknown): Normalized {
  const status = valueAt(payload, 'status');
  if (status !== undefined && status !== null && codeWord(status, STATUS_MAX_CHARS) !== 'success') {
    return skipped(`auth_${codeWord(status, STATUS_MAX_CHARS)}`);
  }
  const user = readEventUser(payload, 'user');
  if (user.userId === null) return invalidAt('user.user_id');
  return normalized([
    connection(event, user, user.userId, { state: 'connected', scopes: user.scopes }),
    {
      kind: 'backfill',
      terraUserId: user.userId,
      startDate: utcDate(event.receivedMs, AUTH_BACKFILL_DAYS),
      endDate: utcDate(event.receivedMs),
    },
  ]);
}

/** `auth_cancelled` names nobody and changes nothing; it is kept as an event only. */
export function normalizeAuthCancelled(): Normalized {
  return normalized([]);
}

export function normalizeDeauth(event: StoredEvent, payload: unknown): Normalized {
  return changeOfUser(event, payload, () => ({ state: 'deauthenticated' }));
}

export function normalizeAccessRevoked(event: StoredEvent, payload: unknown): Normalized {
  return changeOfUser(event, payload, () => ({ state: 'access_revoked' }));
}

export function normalizeConnectionError(event: StoredEvent, payload: unknown): Normalized {
  return changeOfUser(event, payload, () => ({
    state: 'error',
    message: storableText(valueAt(payload, 'message'), MESSAGE_MAX_CHARS),
  }));
}

/** `permission_change`: what was added and removed, and the scopes as they now are. */
export function normalizePermissionChange(event: StoredEvent, payload: unknown): Normalized {
  return changeOfUser(event, payload, (user) => ({
    state: 'permissions',
    scopes: user.scopes,
    added: scopeNames(valueAt(payload, 'scopes_added')),
    removed: scopeNames(valueAt(payload, 'scopes_removed')),
  }));
}

/** `user_reauth`: the person's new id takes the place of the old one, which Terra deletes. */
export function normalizeUserReauth(event: StoredEvent, payload: unknown): Normalized {
  const newUser = readEventUser(payload, 'new_user');
  if (newUser.userId === null) return invalidAt('new_user.user_id');
  const connected = connection(event, newUser, newUser.userId, {
    state: 'connected',
    scopes: newUser.scopes,
  });
  const oldUser = readEventUser(payload, 'old_user');
  // The same id twice is a connection renewed in place: nothing is replaced.
  if (oldUser.userId === null || oldUser.userId === newUser.userId) return normalized([connected]);
  const replaced: ConnectionContribution = {
    kind: 'connection',
    terraUserId: oldUser.userId,
    provider: oldUser.provider,
    referenceId: oldUser.referenceId,
    order: orderOf(event, 0),
    change: { state: 'replaced' },
  };
  return normalized([replaced, connected]);
}

function changeOfUser(event: StoredEvent, payload: unknown, change: (user: EventUser) => Change): Normalized {
  const user = readEventUser(payload, 'user');
  if (user.userId === null) return invalidAt('user.user_id');
  return normalized([connection(event, user, user.userId, change(user))]);
}

function connection(
  event: StoredEvent,
  user: EventUser,
  terraUserId: TerraUserId,
  change: Change,
): ConnectionContribution {
  return {
    kind: 'connection',
    terraUserId,
    provider: user.provider ?? event.provider,
    referenceId: user.referenceId ?? readId(event.referenceId),
    order: orderOf(event, 0),
    change,
  };
}
