import type { Context } from 'hono';
import { z } from 'zod';
import type { PersonApp } from '../app-env.ts';
import { isoText } from '../clock.ts';
import {
  deviceDecisionRoute,
  deviceLoginShownRoute,
  logoutRoute,
  refreshRoute,
  renameSessionRoute,
  revokeSessionRoute,
  sessionsRoute,
} from '../contract/routes/auth.ts';
import { ApiError } from '../errors.ts';
import type { ApprovedWith } from '../identity.ts';
import { SESSION_LIFE_S } from '../limits.ts';
import { requireSecret } from '../settings.ts';
import { readUserCode } from '../sign-in/device-codes.ts';
import { decideDeviceLogin, readUndecidedLogin } from '../store/device-logins.ts';
import { extendSession, readAliveSessions, renameSession, revokeSession } from '../store/sessions.ts';
import { decodeCursor } from './cursor.ts';
import { documentedRouter } from './documented-router.ts';
import { listPage } from './list-page.ts';
import { tokenAnswer } from './token-answer.ts';

/** What a signed-in person does about where they are signed in. */
export const sessions = documentedRouter<PersonApp>()
  .serve(deviceLoginShownRoute, async (c) => {
    const userCode = readUserCode(c.req.valid('param').user_code);
    const login = userCode === null ? null : await readUndecidedLogin(c.env.DB, userCode, Date.now());
    if (login === null) throw noSuchCode();
    return c.json(login, 200);
  })
  .serve(sessionsRoute, async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const page = { after: decodeCursor(sessionPosition, cursor), limit: limit + 1 };
    const found = await readAliveSessions(c.env.DB, c.get('userId'), Date.now(), page);
    const { rows, ...next } = listPage(found, limit, ({ created_at, id }) => [created_at, id]);
    const current = c.get('sessionId');
    return c.json({ data: rows.map((one) => ({ ...one, current: one.id === current })), ...next }, 200);
  })
  .serve(revokeSessionRoute, async (c) => {
    const ended = await revokeSession(c.env.DB, c.get('userId'), c.req.valid('param').id, Date.now());
    if (ended.length === 0) throw noSuchSession();
    return c.json({ ok: true as const, ended: [...ended] }, 200);
  })
  .serve(renameSessionRoute, async (c) => {
    const [{ id }, { name: client }] = [c.req.valid('param'), c.req.valid('json')];
    const isRenamed = await renameSession(c.env.DB, c.get('userId'), id, client, Date.now());
    if (!isRenamed) throw noSuchSession();
    return c.json({ ok: true as const, id, client }, 200);
  })
  .serve(refreshRoute, async (c) => {
    const [userId, sessionId, nowMs] = [c.get('userId'), requireSession(c, 'refresh'), Date.now()];
    const secret = requireSecret(c.env, 'AMY_JWT_SECRET');
    const wantedMs = nowMs + SESSION_LIFE_S * 1_000;
    const expiresMs = await extendSession(c.env.DB, userId, sessionId, nowMs, wantedMs);
    if (expiresMs === null) {
      throw new ApiError('unauthorized', 'this session was signed out meanwhile; sign in again');
    }
    return c.json(await tokenAnswer({ userId, sessionId, expiresMs }, secret, nowMs), 200);
  })
  .serve(logoutRoute, async (c) => {
    await revokeSession(c.env.DB, c.get('userId'), requireSession(c, 'logout'), Date.now());
    return c.json({ ok: true as const }, 200);
  });

sessions.serve(deviceDecisionRoute, async (c) => {
  const { user_code, approve } = c.req.valid('json');
  const userCode = readUserCode(user_code);
  const decision = approve ? ('approved' as const) : ('denied' as const);
  const decided =
    userCode === null
      ? null
      : await decideDeviceLogin(c.env.DB, {
          userCode,
          userId: c.get('userId'),
          decision,
          sessionId: c.get('sessionId'),
          approvedWith: approvedWith(c),
          nowMs: Date.now(),
        });
  if (decided === null) throw noSuchCode();
  return c.json({ ok: true as const, client: decided.client, decision }, 200);
});

function approvedWith(c: Context<PersonApp>): ApprovedWith {
  if (c.get('signedInBy') === 'clerk') return 'browser';
  return c.get('sessionId') === null ? 'token' : 'session';
}

/** Unknown, expired and decided codes are told apart by nobody. */
function noSuchCode(): ApiError {
  return new ApiError('not_found', 'no device waits under this code; look at the code the device shows now');
}

/** Another person's, an ended one and an unknown one are told apart by nobody. */
function noSuchSession(): ApiError {
  return new ApiError('not_found', 'there is no such session');
}

/** The session the request's token belongs to. Throws a 400 that says why there is none. */
function requireSession(c: Context<PersonApp>, wanted: 'refresh' | 'logout'): string {
  const sessionId = c.get('sessionId');
  if (sessionId !== null) return sessionId;
  const why =
    c.get('signedInBy') === 'clerk'
      ? 'this token is of a browser session: its sign-in page renews and ends it'
      : `this token was issued without a session: there is nothing to ${wanted}, it is valid until it expires`;
  throw new ApiError('invalid_request', why);
}

const sessionPosition = z.tuple([z.string().transform(isoText), z.string()]);
