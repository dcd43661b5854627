import { createHash } from 'node:crypto';

/** Somebody of the local issuer. `account` is what they know themselves by. */
export type Person = { readonly userId: string; readonly email: string | null; readonly account: string };

const PREFIX = 'user_';
const ID_CHARS = 24;
const EMAIL = /^[^\s@]+@[^\s@]+$/;
const NAME = /^[\w.-]{1,100}$/;

/**
 * Who somebody is by what they typed: an email, always the same person's, or a user id, `ada` being
 * `user_ada`. Null where it can be neither.
 */
export function personOf(typed: string): Person | null {
  const text = typed.trim();
  if (EMAIL.test(text)) {
    const email = text.toLowerCase();
    const hash = createHash('sha256').update(email).digest('hex');
    return { userId: `${PREFIX}${hash.slice(0, ID_CHARS)}`, email, account: email };
  }
  if (!NAME.test(text)) return null;
  const userId = text.startsWith(PREFIX) ? text : `${PREFIX}${text}`;
  return { userId, email: null, account: userId };
}
