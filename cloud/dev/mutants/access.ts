import { type Mutant, mutants } from './mutant.ts';

const ACCESS = 'sync-access.test.ts';
const BEARER = 'middleware/bearer.ts';
const AMY_TOKEN = 'sign-in/amy-token.ts';

/** Who is let in, and to what. */
export const ACCESS_MUTANTS: readonly Mutant[] = [
  ...mutants('deliveries', [
    [
      'their answers tell browsers to do nothing, too',
      'app.ts',
      'const app = new Hono<App>({ strict: false });\n  app.use(requestId, safeHeaders, narrowPolicy);',
      'const app = new Hono<App>({ strict: false });\n  app.use(requestId);',
      'headers.test.ts',
    ],
  ]),
  ...mutants('admin', [
    [
      'the key',
      'middleware/admin-key.ts',
      'if (!matches.includes(true))',
      'if (matches.length === 0)',
      'admin.test.ts',
    ],
    [
      'every route asks for it',
      'app.ts',
      'operator.use(wrongKeyLimit, adminKey);',
      'operator.use(wrongKeyLimit);',
      'admin.test.ts',
    ],
  ]),
  ...mutants('token', [
    ['whose it is', AMY_TOKEN, 'issuer: ISSUER,', '', ACCESS],
    ['what it is for', AMY_TOKEN, 'audience: AUDIENCE,', '', ACCESS],
    ['it ends', AMY_TOKEN, "requiredClaims: ['sub', 'iat', 'exp']", "requiredClaims: ['sub', 'iat']", ACCESS],
    [
      'an erased person is not let in',
      BEARER,
      "if (admission.state === 'refused')",
      "if (admission.state === 'refused' && false)",
      'erased.test.ts',
    ],
  ]),
  ...mutants('limits', [
    [
      'a person is told to wait',
      'middleware/rate-limit.ts',
      'if (isWithin === false) throw rateLimited();',
      '',
      'rate-limits.test.ts',
    ],
    [
      'wrong keys are told to wait',
      'middleware/rate-limit.ts',
      'if (!isRefusedKey(c.error)) return;',
      'if (c.error !== null) return;',
      'rate-limits.test.ts',
    ],
  ]),
  ...mutants('isolation', [
    [
      'sync answers the rows of one person, later ones',
      'store/change-feed.ts',
      `where user_id = ?1 and \${moment} > ?2\norder by`,
      `where ?1 is not null and \${moment} > ?2\norder by`,
      ACCESS,
    ],
    [
      'sync answers the rows of one person, of the same moment',
      'store/change-feed.ts',
      `where user_id = ?1 and \${moment} = ?2`,
      `where ?1 is not null and \${moment} = ?2`,
      ACCESS,
    ],
  ]),
  {
    guard: 'mirror: a server that went back in time is synced in full',
    file: 'cli/src/mirror/sync.ts',
    from: 'if (told !== null && told.now >= since) {',
    to: 'if (told !== null) {',
    tests: ['cli/test/sync.test.ts'],
  },
  {
    guard: 'mirror: what the server can no longer tell is synced in full',
    file: 'cli/src/mirror/sync.ts',
    from: " && error.code === 'sync_expired') return null;",
    to: ' && error.code === undefined) return null;',
    tests: ['cli/test/sync.test.ts'],
  },
  {
    guard: 'mirror: a file of another person is refused',
    file: 'cli/src/mirror/sync-state.ts',
    from: 'if (found.person !== null && asked.person !== null && found.person !== asked.person)',
    to: 'if (found.person === undefined)',
    tests: ['cli/test/sync-failures.test.ts', 'cli/test/sync.test.ts'],
  },
  {
    guard: 'terminal: a line from elsewhere is escaped',
    file: 'cli/src/terminal/layout.ts',
    from: 'wrapLine(escapeLine(line), page.width)',
    to: 'wrapLine(line, page.width)',
    tests: ['cli/test/outside-text.test.ts'],
  },
  {
    guard: 'terminal: a cell from elsewhere is escaped',
    file: 'cli/src/terminal/layout.ts',
    from: 'EMPTY_CELL : escapeLine(cell)',
    to: 'EMPTY_CELL : cell',
    tests: ['cli/src/terminal/layout.test.ts', 'cli/test/outside-text.test.ts'],
  },
  {
    guard: 'terminal: JSON holds no character that steers a terminal',
    file: 'cli/src/terminal/escape.ts',
    from: "character === '\\n' ? character : escapeUnits(character)",
    to: 'character',
    tests: ['cli/src/terminal/escape.test.ts', 'cli/test/outside-text.test.ts'],
  },
];
