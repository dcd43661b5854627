import type { Mutant } from './mutant.ts';

const TRIED = ['cli/test/command-doctor.test.ts'];
const SIGN_IN = 'cli/src/commands/doctor-sign-in.ts';
const FILE = 'cli/src/commands/doctor-file.ts';
const DISK = 'cli/src/commands/doctor-disk.ts';

/** What `amy doctor` finds, and what it mends. */
export const DOCTOR_MUTANTS: readonly Mutant[] = [
  {
    guard: 'doctor: a token that has ended is told',
    file: SIGN_IN,
    from: 'Date.parse(expiresAt) <= nowMs',
    to: 'Date.parse(expiresAt) <= 0',
    tests: TRIED,
  },
  {
    guard: 'doctor: a clock that is behind is told',
    file: SIGN_IN,
    from: 'Math.abs(off) <= CLOCK_OFF_MAX_MS',
    to: 'off <= CLOCK_OFF_MAX_MS',
    tests: TRIED,
  },
  {
    guard: 'doctor: a server without a route is older',
    file: SIGN_IN,
    from: 'health.version !== String(SPOKEN_VERSION) || health.lacks.length > 0',
    to: 'health.version !== String(SPOKEN_VERSION)',
    tests: TRIED,
  },
  {
    guard: 'doctor: a server of a later version is newer',
    file: SIGN_IN,
    from: 'Number(health.version) > SPOKEN_VERSION',
    to: 'Number(health.version) > 9',
    tests: TRIED,
  },
  {
    guard: 'doctor: stored sign-ins that cannot be read are told once',
    file: SIGN_IN,
    from: "thrown.code.startsWith('credentials_')",
    to: "thrown.code === ''",
    tests: TRIED,
  },
  {
    guard: 'doctor: an open line is told',
    file: SIGN_IN,
    from: 'if (isPrivateLine(server))',
    to: "if (server !== '')",
    tests: TRIED,
  },
  {
    guard: 'doctor: the sign-in is looked at before it is read',
    file: 'cli/src/commands/doctor.ts',
    from: 'const signInFile = checkSignInFile(context);',
    to: 'context.storedSignIn();\n  const signInFile = checkSignInFile(context);',
    tests: TRIED,
  },
  {
    guard: 'doctor: the token and the file are of one person',
    file: FILE,
    from: 'owner !== person)',
    to: "owner === '')",
    tests: TRIED,
  },
  {
    guard: 'doctor: a layout of a greater number is newer',
    file: 'cli/src/mirror/layout.ts',
    from: "? 'newer' : 'older'",
    to: "? 'older' : 'older'",
    tests: TRIED,
  },
  {
    guard: 'doctor: a file that another process writes is told',
    file: 'cli/src/mirror/check-up.ts',
    from: "database.exec('begin immediate');",
    to: "database.exec('begin');",
    tests: TRIED,
  },
  {
    guard: 'doctor: indexes are made anew',
    file: 'cli/src/mirror/check-up.ts',
    from: 'mendIndexes(database, path);',
    to: '',
    tests: TRIED,
  },
  {
    guard: 'doctor: nothing is mended unasked',
    file: 'cli/src/commands/doctor.ts',
    from: '(fix || (await isMendingAgreed(context, mendable)))',
    to: '(fix || mendable.length > 0)',
    tests: TRIED,
  },
  {
    guard: 'doctor: a folder that the person named is left as it is',
    file: 'cli/src/commands/doctor.ts',
    from: 'isOwnPlace ? dirname(path) : null',
    to: 'dirname(path)',
    tests: TRIED,
  },
  {
    guard: 'doctor: permissions are made narrow',
    file: DISK,
    from: 'chmodSync(path, mode);',
    to: '',
    tests: TRIED,
  },
  {
    guard: 'doctor: a disk that is nearly full is told',
    file: DISK,
    from: 'bavail * bsize >= leastBytes',
    to: 'bavail * bsize >= 0',
    tests: TRIED,
  },
  {
    guard: 'doctor: a last sync of long ago is told',
    file: FILE,
    from: 'if (days <= daysMax)',
    to: 'if (days <= 1_000)',
    tests: TRIED,
  },
  {
    guard: 'verify: only what is equal is remembered as such',
    file: 'cli/src/mirror/verify.ts',
    from: 'if (found?.every(({ mended }) => mended))',
    to: 'if (found)',
    tests: ['cli/test/command-verify.test.ts'],
  },
];
