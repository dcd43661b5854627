import { createMiddleware } from 'hono/factory';
import type { PersonApp } from '../app-env.ts';
import { ApiError } from '../errors.ts';
import { verifyToken } from '../sign-in/verify-token.ts';
import { writeSessionUse } from '../store/sessions.ts';
import { type Admission, admitPerson } from '../store/users.ts';

/**
 * Lets a person in by `Authorization: Bearer <token>`, Clerk's or ours, and makes their user row on first
 * sight. A token of a session that was revoked stays out, and so do an erased person's older ones.
 */
export const bearer = createMiddleware<PersonApp>(async (c, next) => {
  const [scheme, token] = (c.req.header('authorization') ?? '').split(' ', 2);
  if (scheme?.toLowerCase() !== 'bearer' || token === undefined || token === '') {
    throw new ApiError('unauthorized', 'send Authorization: Bearer <token>');
  }
  const nowMs = Date.now();
  const identity = await verifyToken(c.env, token, nowMs);
  const admission = await admitPerson(c.env.DB, identity, nowMs);
  if (admission.state === 'refused') throw new ApiError('unauthorized', REFUSALS[admission.reason]);
  if (admission.isUseDue && identity.sessionId !== null) {
    c.executionCtx.waitUntil(writeSessionUse(c.env.DB, identity.sessionId, nowMs));
  }
  c.set('userId', identity.userId);
  c.set('sessionId', identity.sessionId);
  c.set('signedInBy', identity.signedInBy);
  await next();
});

const REFUSALS: Record<Extract<Admission, { state: 'refused' }>['reason'], string> = {
  erased: 'this account was erased after the token was issued; sign in again',
  session_ended: 'this session was signed out or has ended; sign in again',
};
