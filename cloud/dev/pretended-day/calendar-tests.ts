/**
 * The tests that have a calendar in them, from the root of the repository. They run on a pretended day; all others
 * run today.
 */
export const CALENDAR_TESTS = [
  'cli/src/mirror/composites.test.ts',
  'cli/test/command-login.test.ts',
  'cli/test/command-sessions.test.ts',
  'cloud/dev/crash.test.ts',
  'cloud/dev/flow/flow.test.ts',
  'cloud/dev/start.test.ts',
  'cloud/src/normalize/time.test.ts',
  'cloud/test/auth-device.test.ts',
  'cloud/test/auth-sessions.test.ts',
  'cloud/test/auth-tokens.test.ts',
  'cloud/test/backfill.test.ts',
  'cloud/test/cron.test.ts',
  'cloud/test/import-progress.test.ts',
  'cloud/test/import.test.ts',
  'cloud/test/orphans.test.ts',
] as const;

/** Whether a test's file, named by its whole path, is one of them. */
export function isCalendarTest(path: string): boolean {
  return CALENDAR_TESTS.some((file) => path.replaceAll('\\', '/').endsWith(`/${file}`));
}
