import { z } from 'zod';
import { listOf } from './parameters.ts';

/** RFC 8628. */
export const DEVICE_GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:device_code';

const CLIENT_MAX_CHARS = 100;

/** What a device calls itself where it does not say. */
const UNNAMED_CLIENT = 'unnamed device';

/** Control characters and the marks that turn text around: a name must read as what it is. */
const UNSHOWN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** What shows nothing by itself: Hangul's fillers, Braille's empty pattern, ignorable characters, accents. */
const BLANK = /[\s\u115f\u1160\u2800\u3164\uffa0\p{Default_Ignorable_Code_Point}\p{Mn}]/gu;

/** What a device is called: by itself when it signs in, or by its person later. */
export const clientName = z
  .string({ error: 'must be a text' })
  .trim()
  .min(1, { error: 'must not be empty' })
  .max(CLIENT_MAX_CHARS, { error: `must be at most ${CLIENT_MAX_CHARS} characters` })
  .refine((name) => !UNSHOWN.test(name), { error: 'must be one line of visible characters' })
  .refine((name) => name.replace(BLANK, '') !== '', { error: 'must have something to see' });

/**
 * `client` is shown to the person who approves and in their list of sessions. What else a device of RFC 8628 says is
 * ignored, as RFC 6749 (3.2) asks.
 */
export const deviceLoginRequest = z.looseObject({ client: clientName.default(UNNAMED_CLIENT) });

/** 200 of `POST /v1/auth/device`. Times are in seconds. */
export const deviceLoginStarted = z.object({
  device_code: z.string(),
  user_code: z.string(),
  verification_uri: z.string(),
  verification_uri_complete: z.string(),
  expires_in: z.number().int(),
  interval: z.number().int(),
});

/** What else is said is ignored, as RFC 6749 (3.2) asks. */
export const deviceTokenRequest = z.looseObject({
  device_code: z
    .string({ error: 'must be the device_code of POST /v1/auth/device' })
    .min(1, { error: 'must not be empty' }),
  grant_type: z.literal(DEVICE_GRANT_TYPE, { error: `may only be ${DEVICE_GRANT_TYPE}` }).optional(),
});

/** A token of a session, and how many seconds it lasts. */
export const accessToken = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.number().int(),
  user_id: z.string(),
  session_id: z.string(),
});

export const deviceDecisionRequest = z.object({
  user_code: z.string({ error: 'must be the code the device shows, like BCDF-GHJK' }),
  approve: z.boolean({ error: 'must be true or false' }).default(true),
});

export const deviceDecision = z.object({
  ok: z.literal(true),
  client: z.string(),
  decision: z.enum(['approved', 'denied']),
});

/** What asks to be signed in, for the person to recognize it. */
export const deviceLoginShown = z.object({
  client: z.string(),
  created_at: z.string(),
  expires_at: z.string(),
});

export const session = z.object({
  id: z.string(),
  client: z.string(),
  created_at: z.string(),
  last_used_at: z.string(),
  expires_at: z.string(),
  approved_with: z.enum(['browser', 'session', 'token']).nullable().meta({
    description:
      'what approved it: a sign-in page, another session, a token without a session; null: not known',
  }),
  approved_by: z
    .string()
    .nullable()
    .meta({ description: 'the session that approved it, with which it ends' }),
  approved_by_client: z.string().nullable().meta({ description: 'what that session calls itself' }),
  current: z.boolean().meta({ description: 'whether this very request was made under it' }),
});

export const sessionList = listOf(session);

export const sessionRename = z.object({ name: clientName });

export const sessionRenamed = z.object({
  ok: z.literal(true),
  id: z.string(),
  client: z.string().meta({ description: 'what the session is called from now on' }),
});

export const done = z.object({ ok: z.literal(true) });

export const sessionsEnded = z.object({
  ok: z.literal(true),
  ended: z.array(z.string()).meta({ description: 'the session, and those that it had approved' }),
});

export type DeviceLoginStarted = z.infer<typeof deviceLoginStarted>;
export type AccessToken = z.infer<typeof accessToken>;
export type Session = z.infer<typeof session>;
