import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-pool-workers';
import { defineConfig } from 'vitest/config';
import { dayOfTests } from './cloud/dev/pretended-day/pretended-day.ts';
import { PretendedDay } from './cloud/dev/pretended-day/reporter.ts';
import { EndsWhatHangs } from './cloud/test/support/ends-what-hangs.ts';
import { FilesInOrder } from './cloud/test/support/files-in-order.ts';
import { PlainSummary } from './cloud/test/support/plain-summary.ts';

/** Another one each time, unless it is asked for. */
const day = dayOfTests(process.env, Math.random());

/** A long proof may be silent for long: only the suite is held to ending soon. */
const isSuite = (mode: string) => mode === 'test' && (process.env.PROVE_RUNS ?? '') === '';

/** Two projects: what runs in the Worker is tested inside workerd, what runs on a person's machine in Node. */
export default defineConfig(({ mode }) => ({
  test: {
    reporters: [
      'default',
      new PretendedDay(day),
      new PlainSummary(),
      ...(isSuite(mode) ? [new EndsWhatHangs()] : []),
    ],
    silent: 'passed-only',
    // Much of a test that starts a stack is waiting: three files share two cores better than one by one.
    maxWorkers: 3,
    sequence: { sequencer: FilesInOrder },
    projects: [
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              // Where the upgrade of a populated database is tried.
              d1Databases: { UPGRADE_DB: 'upgrade' },
              bindings: {
                TEST_MIGRATIONS: await readD1Migrations('migrations'),
                TERRA_DEV_ID: 'test-dev-id',
                TERRA_API_KEY: 'test-api-key',
                TERRA_SIGNING_SECRET: 'test-signing-secret,test-signing-secret-before',
                AMY_ADMIN_KEY: 'test-admin-key-of-at-least-32-bytes',
                AMY_JWT_SECRET: 'test-jwt-secret-of-at-least-32-bytes',
                TERRA_API_URL: 'http://127.0.0.1:9/v2',
                AMY_TODAY: day,
                // For `npm run prove`: tests run in workerd, which has no environment of the shell's.
                PROVE_RUNS: process.env.PROVE_RUNS ?? '',
                PROVE_SEED: process.env.PROVE_SEED ?? '',
              },
            },
          })),
        ],
        test: {
          name: 'cloud',
          // One runtime for many files: cloud/test/support/setup.ts empties its stores before each.
          isolate: false,
          include: ['cloud/src/**/*.test.ts', 'cloud/test/**/*.test.ts'],
          // On a busy machine everything takes longer; what hangs is still found.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          setupFiles: ['cloud/dev/pretended-day/test-in-workerd.ts', 'cloud/test/support/setup.ts'],
          globalSetup: [
            'cloud/test/support/terra-server.ts',
            'cloud/test/support/identity-server.ts',
            'cloud/dev/terra/testing/serve-simulators.ts',
          ],
        },
      },
      {
        test: {
          name: 'cli',
          // One process for many files: starting one for each took a third of the time of all of them.
          isolate: false,
          include: ['cli/**/*.test.ts', 'cloud/dev/**/*.test.ts'],
          // Many start processes, each of which takes a tenth of a second, longer on a busy machine.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          setupFiles: ['cloud/dev/pretended-day/test-in-node.ts'],
          globalSetup: ['cli/test/support/bundled-amy.ts'],
          env: { AMY_TODAY: day },
        },
      },
    ],
  },
}));
