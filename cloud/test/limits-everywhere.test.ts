import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { mostArguments, takeViolations, withLimits } from './support/limits-everywhere.ts';
import { findTableWalks } from './support/query-plans.ts';

const list = (length: number, item = '?') => Array.from({ length }, () => item);
const message = (bytes: number) => ({ body: { backfillId: 'x'.repeat(bytes) } });

const CASES: readonly (readonly [string, (used: Env) => unknown])[] = [
  ['101 bound parameters', ({ DB }) => DB.prepare(`values ${list(101, '(?)')}`).bind(...list(101))],
  ['a parameter of 2000001 bytes', ({ DB }) => DB.prepare('select ?').bind('x'.repeat(2_000_001))],
  ['a statement of 100001 bytes', ({ DB }) => DB.prepare('x'.repeat(100_001))],
  ['an SQL function with 33 arguments', ({ DB }) => DB.prepare(`select coalesce(${list(33, 'null')})`)],
  ['1001 statements in one invocation', ({ DB }) => DB.batch(list(1_001).map(() => DB.prepare('select 1')))],
  ['a sendBatch of 101 messages', (used) => used.TERRA_EVENTS.sendBatch(list(101).map(() => message(1)))],
  ['a sendBatch of 300051 bytes', (used) => used.TERRA_EVENTS.sendBatch(list(3).map(() => message(100_000)))],
  ['a message of 128018 bytes', (used) => used.TERRA_EVENTS.send(message(128_001).body)],
  ['a delay of 86401 s', (used) => used.TERRA_EVENTS.send(message(1).body, { delaySeconds: 86_401 })],
  ['an R2 delete of 1001 keys', (used) => used.RAW_PAYLOADS.delete(list(1_001))],
  ['a KV ttl of 59 s', (used) => used.CACHE.put('key', 'value', { expirationTtl: 59 })],
];

describe('a limit that production enforces', () => {
  it.each(CASES)('is refused and noted: %s', async (name, act) => {
    await expect((async () => act(withLimits(env)))()).rejects.toThrow(`production refuses ${name}`);
    expect(takeViolations()).toEqual([name]);
  });

  it('is under the env of every test', async () => {
    await expect((async () => env.RAW_PAYLOADS.delete(list(1_001)))()).rejects.toThrow('production refuses');
    expect(takeViolations()).toHaveLength(1);
  });

  it('counts the arguments of the function alone', () => {
    expect(mostArguments("insert into t(a, b, c) select coalesce(max(a, b, c), ', ,', 1) from t")).toBe(3);
    expect(mostArguments('select 1')).toBe(0);
  });
});

describe('a statement of the Worker', () => {
  it.each([
    ['walks a table that grows', 'select id from raw_events where payload = ?1', true],
    [
      'walks one under another name',
      'select e.id from users u join raw_events e on e.payload = u.email',
      true,
    ],
    ['walks a whole index', 'select user_id from daily_summary indexed by idx_daily_user_updated', true],
    ['seeks', 'select id from raw_events where id > ?1', false],
    [
      'walks an index that is made for few',
      'select id from raw_events indexed by idx_raw_unprocessed where processed_at is null',
      false,
    ],
    ['walks a table of a few rows', 'select cron from cron_runs', false],
    ['walks its own result', 'with raw_events as (select 1 as id) select id from raw_events', false],
  ])('that %s: %s', async (_, sql, isFound) => {
    withLimits(env).DB.prepare(sql);
    expect(await findTableWalks(env.DB)).toHaveLength(isFound ? 1 : 0);
  });
});
