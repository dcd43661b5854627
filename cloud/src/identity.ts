import type { UnixMs } from './clock.ts';
import type { UserId } from './ids.ts';

/** Whose token let a person in: Clerk's, or one of ours. */
export type SignedInBy = 'clerk' | 'amy';

/** What an approver's token was of: a browser's sign-in, a session of ours, or a token of ours without one. */
export type ApprovedWith = 'browser' | 'session' | 'token';

/** What a token proves: who the person is, when it was issued, and under which of our sessions. */
export type Identity = {
  readonly userId: UserId;
  readonly issuedAtMs: UnixMs;
  readonly signedInBy: SignedInBy;
  /** A row of `sessions`; null of Clerk's tokens and of those no login issued. */
  readonly sessionId: string | null;
  /** Where a Clerk token carries one. */
  readonly email: string | null;
};
