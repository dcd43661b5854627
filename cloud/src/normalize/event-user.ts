import { asTerraUserId, type TerraUserId, type UserId } from '../ids.ts';
import { valueAt } from './json-path.ts';
import { readId, readIdAs, storableText } from './text.ts';

/** The part of Terra's user object that says whose connection it is. */
export type EventUser = UserIds & {
  /** Comma separated without padding or repetition; null where none is named. */
  readonly scopes: string | null;
};

/** Of it what every event is asked for, several times: the scopes are of interest only where a connection changes. */
export type UserIds = {
  /** Terra's id of the connection. */
  readonly userId: TerraUserId | null;
  readonly referenceId: string | null;
  /** Lower case. */
  readonly provider: string | null;
};

const SCOPES_MAX = 200;
const PROVIDER_MAX_CHARS = 100;

type UserKey = 'user' | 'new_user' | 'old_user';

/** Reads `user`, `new_user` or `old_user` of an envelope; every part may be missing. */
export function readEventUser(payload: unknown, key: UserKey): EventUser {
  const scopes = scopeNames(valueAt(valueAt(payload, key), 'scopes'));
  return { ...readUserIds(payload, key), scopes: scopes.length === 0 ? null : scopes.join(',') };
}

/** The same without the scopes. */
export function readUserIds(payload: unknown, key: UserKey): UserIds {
  const user = valueAt(payload, key);
  return {
    userId: readIdAs(valueAt(user, 'user_id'), asTerraUserId),
    referenceId: readId(valueAt(user, 'reference_id')),
    provider: providerName(valueAt(user, 'provider')),
  };
}

/** Providers arrive upper case and are stored lower case. */
export function providerName(value: unknown): string | null {
  return storableText(value, PROVIDER_MAX_CHARS)?.trim().toLowerCase() ?? null;
}

/** The names in a comma separated list, which may be null, empty or padded. */
export function scopeNames(value: unknown): readonly string[] {
  if (typeof value !== 'string') return [];
  const names = value.split(',', SCOPES_MAX).map((name) => storableText(name)?.trim() ?? '');
  return [...new Set(names)].filter((name) => name !== '');
}

/** Our own user ids start with `user_`; any other reference belongs to somebody else's system. */
export function isOwnUserId(reference: string | null): reference is UserId {
  return reference?.startsWith('user_') === true;
}
