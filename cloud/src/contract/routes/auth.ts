import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import {
  accessToken,
  deviceDecision,
  deviceDecisionRequest,
  deviceLoginRequest,
  deviceLoginShown,
  deviceLoginStarted,
  deviceTokenRequest,
  done,
  sessionList,
  sessionRename,
  sessionRenamed,
  sessionsEnded,
} from '../auth.ts';
import { NOT_AS_DOCUMENTED, refusal } from '../errors.ts';
import { idFrom, listQuery, named } from '../parameters.ts';

function answer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } };
}

export const deviceLoginRoute = createRoute({
  method: 'post',
  path: '/auth/device',
  summary: 'Begin to sign a device in (RFC 8628)',
  // Who asks has no token yet.
  security: [],
  request: { body: { required: false, content: { 'application/json': { schema: deviceLoginRequest } } } },
  responses: {
    200: answer('what to show the person, and what to poll with', deviceLoginStarted),
    400: NOT_AS_DOCUMENTED,
  },
});

export const deviceTokenRoute = createRoute({
  method: 'post',
  path: '/auth/device/token',
  summary: 'Ask whether the device was approved',
  // Who asks has no token yet.
  security: [],
  request: {
    body: {
      required: true,
      content: {
        'application/json': { schema: deviceTokenRequest },
        'application/x-www-form-urlencoded': { schema: deviceTokenRequest },
      },
    },
  },
  responses: {
    200: answer('it was: a token, given once', accessToken),
    400: refusal(
      'authorization_pending or slow_down: ask again; access_denied, expired_token or invalid_grant: do not',
    ),
  },
});

export const deviceLoginShownRoute = createRoute({
  method: 'get',
  path: '/auth/device/{user_code}',
  summary: 'What asks to be signed in under a code',
  request: { params: z.object({ user_code: named('the code that the device shows', 'BCDF-GHJK') }) },
  responses: {
    200: answer('what the device says of itself', deviceLoginShown),
    404: refusal('no undecided login has this code'),
  },
});

export const deviceDecisionRoute = createRoute({
  method: 'post',
  path: '/auth/device/approve',
  summary: 'Approve or deny a device',
  request: { body: { required: true, content: { 'application/json': { schema: deviceDecisionRequest } } } },
  responses: {
    200: answer('it is decided, for good', deviceDecision),
    400: NOT_AS_DOCUMENTED,
    404: refusal('no undecided login has this code'),
  },
});

export const sessionsRoute = createRoute({
  method: 'get',
  path: '/auth/sessions',
  summary: 'Where the person is signed in',
  request: { query: listQuery },
  responses: {
    200: answer('newest first; those revoked or expired are gone', sessionList),
    400: NOT_AS_DOCUMENTED,
  },
});

export const renameSessionRoute = createRoute({
  method: 'patch',
  path: '/auth/sessions/{id}',
  summary: 'Give a session another name',
  request: {
    params: z.object({ id: idFrom('the `id` of a session, as `GET /v1/auth/sessions` tells it') }),
    body: { required: true, content: { 'application/json': { schema: sessionRename } } },
  },
  responses: {
    200: answer('it is called so from now on; nothing else of it changes', sessionRenamed),
    400: NOT_AS_DOCUMENTED,
    404: refusal('the person has no such session'),
  },
});

export const revokeSessionRoute = createRoute({
  method: 'delete',
  path: '/auth/sessions/{id}',
  summary: 'Sign a session out',
  request: { params: z.object({ id: idFrom('the `id` of a session, as `GET /v1/auth/sessions` tells it') }) },
  responses: {
    200: answer(
      'its token, and those of what it approved, are refused from the next request on',
      sessionsEnded,
    ),
    404: refusal('the person has no such session'),
  },
});

export const refreshRoute = createRoute({
  method: 'post',
  path: '/auth/refresh',
  summary: 'A new token of the same session',
  responses: {
    200: answer(
      'a token of 30 days, or until the session’s last day; the session lasts as long',
      accessToken,
    ),
    400: refusal('the token belongs to no session'),
  },
});

export const logoutRoute = createRoute({
  method: 'post',
  path: '/auth/logout',
  summary: 'Sign out the session the token belongs to',
  responses: {
    200: answer('the token, and those of what it approved, are refused from the next request on', done),
    400: refusal('the token belongs to no session'),
  },
});
