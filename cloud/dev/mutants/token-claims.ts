import { mutants } from './mutant.ts';

/** What a token must say, how long a key must be, and whom a lab event may name. */
export const TOKEN_CLAIM_MUTANTS = [
  ...mutants('token claims', [
    ['a subject is an id', 'sign-in/claims.ts', ' && SUBJECT.test(sub)', '', 'auth-tokens.test.ts'],
    [
      'not issued in the future',
      'sign-in/claims.ts',
      'issuedMs <= nowMs + TOKEN_AHEAD_MS',
      'true',
      'auth-tokens.test.ts',
    ],
    ['not issued before there was time', 'sign-in/claims.ts', 'issuedMs >= 0 && ', '', 'auth-tokens.test.ts'],
  ]),
  ...mutants('keys', [
    ['32 bytes at least', 'settings.ts', '.length < KEY_BYTES_MIN', '.length < 0', './settings.test.ts'],
  ]),
  ...mutants('owner', [
    [
      'what a lab event names inside counts too',
      'ingest/owner.ts',
      '...hints.otherReferenceUsers,',
      '',
      'lab-results.test.ts',
    ],
  ]),
];
