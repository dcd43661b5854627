import { env } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { insertRaw } from '../../test/support/raw-rows.ts';
import { newTerraId, newUser } from '../../test/support/stack.ts';
import { isoTime, sqliteTime } from '../clock.ts';
import type { SignatureReason } from '../contract/stats.ts';
import { sha256Hex } from '../digest.ts';
import { asRawEventId, asTerraUserId, asUserId } from '../ids.ts';
import { HOUR_MS, REJECTED_TRACES_A_SLOT, REJECTED_TRACES_AN_HOUR } from '../limits.ts';
import { daySlot } from './day-slots.ts';
import { runAll } from './statements.ts';
import {
  REJECTED_EVENT,
  rejectionTraceStatements,
  storeTracesUnlessProcessedStatements,
  type Trace,
  writeTrace,
} from './traces.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12, 5);
const NOW = sqliteTime(NOW_MS);

beforeEach(async () => {
  await env.DB.batch(
    ['trace_events', 'rejected_signatures'].map((table) => env.DB.prepare(`delete from ${table}`)),
  );
});

async function traced(): Promise<unknown[]> {
  const { results } = await env.DB.prepare('select message from trace_events order by id').all<{
    message: unknown;
  }>();
  return results.map(({ message }) => message);
}

describe('a trace', () => {
  const write = (trace: Partial<Trace>) =>
    writeTrace(env.DB, { level: 'info', event: 'tested', ...trace }, NOW);

  it('is written of nobody, of somebody who is here, and of an event that is there', async () => {
    const [event = 0] = await insertRaw({});
    await write({ message: 'of nobody' });
    await write({ message: 'of a person', userId: asUserId(newUser()) });
    await write({ message: 'of a Terra id', terraUserId: newTerraId() });
    await write({ message: 'of an event', rawEventId: asRawEventId(event) });
    expect(await traced()).toEqual(['of nobody', 'of a person', 'of a Terra id', 'of an event']);
  });

  it('is not, where its person was erased or its event is gone', async () => {
    const [user, terraId] = [newUser(), newTerraId()];
    await env.DB.batch(
      [user, terraId].map((id) =>
        env.DB.prepare("insert into erased_subjects values (?, 'user', ?)").bind(
          sha256Hex(id),
          isoTime(NOW_MS),
        ),
      ),
    );
    const [event = 0] = await insertRaw({});
    await write({ message: 'of an erased person', userId: asUserId(user) });
    await write({ message: 'of their Terra id', terraUserId: asTerraUserId(terraId) });
    await write({ message: 'of an event that is gone', rawEventId: asRawEventId(event + 1) });
    expect(await traced()).toEqual([]);
  });

  it('of an attempt is written unless the event was processed since', async () => {
    const [waits = 0, before = 0, since = 0] = await insertRaw(
      {},
      { processed_at: sqliteTime(NOW_MS - 1) },
      { processed_at: NOW },
    );
    const traces = Object.entries({ waits, before, since, gone: since + 1 }).map(
      ([message, id]): Trace => ({
        ...{ level: 'info', event: 'tested' },
        ...{ message, rawEventId: asRawEventId(id) },
      }),
    );
    await runAll(env.DB, storeTracesUnlessProcessedStatements(traces, NOW, NOW));
    expect(await traced()).toEqual(['waits', 'before']);
  });
});

describe('a trace of a refused delivery', () => {
  const { slot, startedAt } = daySlot(NOW_MS);
  const ENOUGH = REJECTED_TRACES_A_SLOT + 1;

  /** Whether a refusal of this moment is traced. */
  async function isTraced(): Promise<boolean> {
    const trace: Trace = { level: 'warn', event: REJECTED_EVENT, message: 'this one' };
    await runAll(env.DB, rejectionTraceStatements(trace, 'stale', NOW_MS));
    return (await traced()).includes('this one');
  }

  async function earlier(count: number, event: string, ms: number): Promise<void> {
    await env.DB.batch(
      Array.from({ length: count }, () =>
        env.DB.prepare("insert into trace_events(ts, level, event) values (?, 'warn', ?)").bind(
          sqliteTime(ms),
          event,
        ),
      ),
    );
  }

  async function counted(row: { slot?: number; reason?: SignatureReason; at?: string; count: number }) {
    await env.DB.prepare(
      'insert into rejected_signatures(slot, reason, started_at, count) values (?, ?, ?, ?)',
    )
      .bind(row.slot ?? slot, row.reason ?? 'stale', row.at ?? startedAt, row.count)
      .run();
  }

  it('is written as long as there are not too many of the last hour', async () => {
    await earlier(REJECTED_TRACES_AN_HOUR - 1, REJECTED_EVENT, NOW_MS - 1);
    await earlier(1, REJECTED_EVENT, NOW_MS - HOUR_MS);
    await earlier(1, 'tested', NOW_MS - 1);
    expect(await isTraced()).toBe(true);
    await env.DB.prepare("delete from trace_events where message = 'this one'").run();
    await earlier(1, REJECTED_EVENT, NOW_MS - 1);
    expect(await isTraced()).toBe(false);
  });

  it('is not, where its reason was counted too often in this part of the day', async () => {
    await counted({ count: ENOUGH });
    expect(await isTraced()).toBe(false);
  });

  it('is, where that was not often, in another part or yesterday, or another reason', async () => {
    await counted({ count: ENOUGH - 1 });
    await counted({ slot: slot + 1, count: ENOUGH });
    await counted({ reason: 'future', count: ENOUGH });
    expect(await isTraced()).toBe(true);
    await env.DB.prepare('delete from trace_events').run();
    await env.DB.prepare('delete from rejected_signatures').run();
    await counted({ at: daySlot(NOW_MS - 24 * HOUR_MS).startedAt, count: ENOUGH });
    expect(await isTraced()).toBe(true);
  });
});
