import type { Mutant } from './mutant.ts';

const TOKENS = 'cloud/test/auth-tokens.test.ts';
const DEVICE = 'cloud/test/auth-device.test.ts';
const SESSIONS = 'cloud/test/auth-sessions.test.ts';
const PAGE = 'cloud/test/activate-page.test.ts';

const CLERK_TOKEN = 'cloud/src/sign-in/clerk-token.ts';
const LOGINS = 'cloud/src/store/device-logins.ts';
const STORED_SESSIONS = 'cloud/src/store/sessions.ts';
const USERS = 'cloud/src/store/users.ts';

/** The guards of tokens, device logins, sessions and the page that approves. */
export const SIGN_IN_MUTANTS: readonly Mutant[] = [
  {
    guard: 'token: the app it was issued to',
    file: CLERK_TOKEN,
    from: '!settings.authorizedParties.includes(payload.azp)',
    to: 'settings.authorizedParties.length === 0',
    tests: [TOKENS],
  },
  {
    guard: 'token: its issuer',
    file: CLERK_TOKEN,
    from: 'issuer: settings.issuer,',
    to: '',
    tests: [TOKENS],
  },
  {
    guard: 'token: what it has to say',
    file: CLERK_TOKEN,
    from: "requiredClaims: ['sub', 'iat', 'exp', 'azp'],",
    to: '',
    tests: [TOKENS],
  },
  {
    guard: 'token: a sign-in that is not finished',
    file: CLERK_TOKEN,
    from: "payload.sts === 'pending'",
    to: 'false',
    tests: [TOKENS],
  },
  {
    guard: 'token: clocks that are a little off',
    file: CLERK_TOKEN,
    from: 'clockTolerance: CLOCK_TOLERANCE_S,',
    to: '',
    tests: [TOKENS],
  },
  {
    guard: 'keys: one that is unreachable refuses nobody',
    file: 'cloud/src/sign-in/issuer-keys.ts',
    from: 'if (isAboutTheToken(error)) throw error;',
    to: 'throw error;',
    tests: [TOKENS],
  },
  {
    guard: 'keys: no redirect',
    file: 'cloud/src/sign-in/issuer-keys.ts',
    from: 'status: response.status === 200 ? 200 : 502',
    to: 'status: 200',
    tests: [TOKENS],
  },
  {
    guard: 'keys: no more than they can be',
    file: 'cloud/src/sign-in/issuer-keys.ts',
    from: 'readBody(response, JWKS_BYTES_MAX)',
    to: 'readBody(response, Number.MAX_VALUE)',
    tests: [TOKENS],
  },
  {
    guard: 'keys: over a line that is not open',
    file: 'cloud/src/sign-in/clerk-settings.ts',
    from: "(url.protocol === 'https:' || isLoopback(url))",
    to: 'true',
    tests: [TOKENS],
  },
  {
    guard: 'erased: older tokens stay refused',
    file: USERS,
    from: 'issuedAt <= user.tokens_after',
    to: 'false',
    tests: [TOKENS],
  },
  {
    guard: 'session: revoked',
    file: USERS,
    from: 'session.revoked_at === null && ',
    to: '',
    tests: [SESSIONS],
  },
  {
    guard: 'session: expired',
    file: USERS,
    from: ' && Date.parse(session.expires_at) > nowMs',
    to: '',
    tests: [SESSIONS],
  },
  {
    guard: 'session: another person’s',
    file: USERS,
    from: 'where id = ?1 and user_id = ?2',
    to: 'where id = ?1 and ?2 is not null',
    tests: [SESSIONS],
  },
  {
    guard: 'session: ended only by its person',
    file: STORED_SESSIONS,
    from: '  where id = ?1\n    and user_id = ?2\n    and revoked_at is null',
    to: '  where id = ?1\n    and ?2 is not null\n    and revoked_at is null',
    tests: [SESSIONS],
  },
  {
    guard: 'session: renamed only by its person',
    file: STORED_SESSIONS,
    from: 'where id = ?1\n  and user_id = ?2\n  and revoked_at is null\n  and expires_at > ?4`',
    to: 'where id = ?1\n  and ?2 is not null\n  and revoked_at is null\n  and expires_at > ?4`',
    tests: [SESSIONS],
  },
  {
    guard: 'session: renamed only while it lasts',
    file: STORED_SESSIONS,
    from: '  and revoked_at is null\n  and expires_at > ?4`',
    to: '  and ?4 is not null`',
    tests: [SESSIONS],
  },
  {
    guard: 'session: a new name is held to the rules of a login',
    file: 'cloud/src/contract/auth.ts',
    from: 'export const sessionRename = z.object({ name: clientName });',
    to: 'export const sessionRename = z.object({ name: z.string().trim().max(CLIENT_MAX_CHARS) });',
    tests: [SESSIONS],
  },
  {
    guard: 'refresh: not of what was revoked meanwhile',
    file: 'cloud/src/routes/sessions.ts',
    from: 'const expiresMs = await extendSession(c.env.DB, userId, sessionId, nowMs, wantedMs);',
    to: 'const expiresMs = (await extendSession(c.env.DB, userId, sessionId, nowMs, wantedMs)) ?? wantedMs;',
    tests: [SESSIONS],
  },
  {
    guard: 'refresh: not of who is being erased',
    file: STORED_SESSIONS,
    from: 'and not exists (select 1 from erased_subjects where subject_hash = ?5)',
    to: 'and ?5 is not null',
    tests: [SESSIONS],
  },
  {
    guard: 'device: redeemed once',
    file: LOGINS,
    from: 'and l.redeemed_at is null\n  and l.expires_at > ?3',
    to: 'and l.expires_at > ?3',
    tests: [DEVICE],
  },
  {
    guard: 'device: not of who is being erased',
    file: LOGINS,
    from: 'and not exists (select 1 from erased_subjects where subject_hash = ?6)',
    to: 'and ?6 is not null',
    tests: [DEVICE],
  },
  {
    guard: 'device: decided once',
    file: LOGINS,
    from: 'approved_with = ?6\nwhere user_code = ?1\n  and decision is null',
    to: 'approved_with = ?6\nwhere user_code = ?1',
    tests: [DEVICE],
  },
  {
    guard: 'device: decided in time',
    file: LOGINS,
    from: 'and expires_at > ?4',
    to: 'and ?4 is not null',
    tests: [DEVICE],
  },
  {
    guard: 'device: redeemed in time',
    file: 'cloud/src/sign-in/device-login.ts',
    from: 'Date.parse(login.expires_at) <= nowMs',
    to: 'false',
    tests: [DEVICE],
  },
  {
    guard: 'device: slower after each poll that comes too soon',
    file: LOGINS,
    from: '    ?3,\n    0\n',
    to: '    ?3 - ?3,\n    0\n',
    tests: [DEVICE],
  },
  {
    guard: 'device: a name is one line that reads as what it is',
    file: 'cloud/src/contract/auth.ts',
    from: '!UNSHOWN.test(name)',
    to: 'true',
    tests: [DEVICE],
  },
  {
    guard: 'device: no more logins than an address may begin',
    file: 'cloud/src/routes/device-login.ts',
    from: '{ ...deviceLoginRoute, middleware: loginLimit }',
    to: '{ ...deviceLoginRoute }',
    tests: [DEVICE],
  },
  {
    guard: 'page: a key names Clerk’s host and nothing else',
    file: 'cloud/src/pages/sign-in.ts',
    from: '/^([a-z0-9-]+(?:\\.[a-z0-9-]+)+)\\$$/',
    to: '/^(.+)\\$$/',
    tests: [PAGE],
  },
  {
    guard: 'page: the local issuer only on this machine',
    file: 'cloud/src/pages/sign-in.ts',
    from: 'if (isLoopback(issuer))',
    to: 'if (issuer)',
    tests: [PAGE],
  },
];
