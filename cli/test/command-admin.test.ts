import { describe, expect, it } from 'vitest';
import { type IngestStats, ingestStats } from '../../cloud/src/contract/stats.ts';
import { failingChecks } from '../src/commands/admin-check.ts';
import { farEnd } from './support/far-end.ts';
import { runHere } from './support/in-process.ts';
import { temporaryFolder } from './support/temporary.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const NONE = { missing: 0, malformed: 0, mismatch: 0, stale: 0, future: 0 };

const QUIET: IngestStats = ingestStats.parse({
  backlog: 0,
  oldest_backlog: null,
  parked: 1,
  oldest_parked: '2026-02-28 12:00:00',
  oldest_unprocessed: '2026-02-28 12:00:00',
  last_received_at: '2026-03-01 09:00:00',
  rejected_signatures: { last_hour: NONE, last_day: NONE },
  events: 1_234,
  normalized: 1_200,
  skipped: 33,
  errors: { no_connection_for_terra_user: 1 },
  dead_lettered: 0,
  outbox_pending: 3,
  outbox_waiting: 2,
  outbox_next_attempt_at: '2026-03-01T12:40:00.000Z',
  outbox_waiting_error: null,
  outbox_waiting_reasons: [
    { reason: 'Terra answered 429', requests: 2, next_attempt_at: '2026-03-01T12:40:00.000Z' },
  ],
  outbound_paused_since: null,
  crons: [],
  rebuilds_left: 0,
  rebuilds_running: 0,
  rebuilds_failed: 0,
  rebuilds_last_finished_at: null,
  database_bytes: 12_300_000,
  unknown_fields: { by_event_type: {}, top: [] },
});

const refused = (counts: Partial<typeof NONE>) => ({
  rejected_signatures: { last_hour: { ...NONE, ...counts }, last_day: { ...NONE, ...counts } },
});

describe('amy admin stats --check', () => {
  it.each<[string, Partial<IngestStats>]>([
    ['clock', refused({ stale: 2, future: 1 })],
    ['backlog', { backlog: 2, oldest_backlog: '2026-03-01 11:44:59' }],
    ['dead_letters', { dead_lettered: 1 }],
    ['errors', { errors: { owner_conflict: 1 } }],
    ['rebuilds', { rebuilds_failed: 1 }],
    ['database_size', { database_bytes: 9_500_000_000 }],
  ])('names what is out of order: %s, after a secret that is wrong', (name, figures) => {
    expect(failingChecks({ ...QUIET, ...figures }, NOW).map((one) => one.name)).toEqual([name]);
    const both = { ...QUIET, ...figures, ...refused({ mismatch: 3, stale: 2, future: 1 }) };
    expect(failingChecks(both, NOW).map((one) => one.name)).toEqual(
      ['signing_secret', 'clock', name].filter((one, at, all) => all.indexOf(one) === at),
    );
  });

  it.each<[Partial<IngestStats>]>([
    [{}],
    [refused({ missing: 500, malformed: 500, mismatch: 2 })],
    [{ backlog: 2, oldest_backlog: '2026-03-01 11:45:00' }],
  ])('lets pass what is in order: %j', (figures) => {
    expect(failingChecks({ ...QUIET, ...figures }, NOW)).toEqual([]);
  });

  it('ends with 1 and says first that the secret is wrong; the key goes to the server and is never shown', async () => {
    const figures = { ...QUIET, ...refused({ mismatch: 12 }), dead_lettered: 1 };
    const server = await farEnd({ body: figures }, { body: QUIET }, { body: figures });
    const env = {
      AMY_HOME: temporaryFolder(),
      AMY_API_URL: server.url,
      AMY_ADMIN_KEY: 'the-key-of-this-test',
    };
    const failed = await runHere(['admin', 'stats', '--check'], env);
    expect(failed).toMatchObject({ code: 1, stderr: 'amy: out of order: signing_secret, dead_letters\n' });
    expect(failed.stdout.split('\n')[0]).toBe(
      'signing_secret: 12 deliveries of the last hour had the signature of another secret, the last that was taken came at 2026-03-01 09:00:00: is TERRA_SIGNING_SECRET the one that Terra signs with?',
    );
    expect(await runHere(['admin', 'stats', '--check'], env)).toMatchObject({
      code: 0,
      stdout: 'Everything is in order.\n',
      stderr: '',
    });
    const shown = await runHere(['admin', 'stats'], env);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toContain('mismatch 12');
    expect(shown.stdout).toContain('2 until 2026-03-01T12:40:00.000Z: Terra answered 429');
    expect(
      server.asked.map(({ path, headers }) => [path, headers['x-admin-key'], headers.authorization]),
    ).toEqual(Array(3).fill(['/admin/stats', 'the-key-of-this-test', undefined]));
    expect(JSON.stringify([failed, shown])).not.toContain('the-key-of-this-test');
  });

  it('asks for a key where there is none', async () => {
    const { code, stderr } = await runHere(['admin', 'stats'], { AMY_HOME: temporaryFolder() });
    expect([code, stderr]).toEqual([1, 'amy: set AMY_ADMIN_KEY to the key of the deployment\n']);
  });
});
