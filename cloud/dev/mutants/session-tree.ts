import type { Mutant } from './mutant.ts';

const TREE = ['cloud/test/session-tree.test.ts'];
const SESSIONS = 'cloud/src/store/sessions.ts';
const LOGINS = 'cloud/src/store/device-logins.ts';

/** What ends with what, and when at the latest. */
export const SESSION_TREE_MUTANTS: readonly Mutant[] = [
  {
    guard: 'session tree: one that ends takes along what it approved',
    file: SESSIONS,
    from: 'join sessions s on s.approved_by = t.id',
    to: 'join sessions s on s.approved_by = t.id and false',
    tests: TREE,
  },
  {
    guard: 'session tree: who approved is remembered',
    file: 'cloud/src/routes/sessions.ts',
    from: "sessionId: c.get('sessionId'),",
    to: 'sessionId: null,',
    tests: TREE,
  },
  {
    guard: 'session tree: what ended meanwhile approves nothing',
    file: LOGINS,
    from: 'and (l.approved_by is null or p.id is not null)',
    to: '',
    tests: TREE,
  },
  {
    guard: 'session tree: one begins with no more time than what approved it has',
    file: LOGINS,
    from: 'min(?4, coalesce(p.expires_at, ?4))',
    to: '?4',
    tests: TREE,
  },
  {
    guard: 'session tree: one is not renewed past its last day',
    file: SESSIONS,
    from: 'set expires_at = min(?4, ends_at, ',
    to: 'set expires_at = min(?4, ',
    tests: TREE,
  },
  {
    guard: 'session tree: one is not renewed past what approved it',
    file: SESSIONS,
    from: 'coalesce((select p.expires_at from sessions p where p.id = sessions.approved_by), ?4)',
    to: '?4',
    tests: TREE,
  },
  {
    guard: 'session tree: one is not renewed when what approved it has expired',
    file: SESSIONS,
    from: 'approved_by is null\n    or exists (',
    to: 'true\n    or exists (',
    tests: TREE,
  },
];
