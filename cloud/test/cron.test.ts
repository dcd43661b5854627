import { createScheduledController, env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { clockOffsetMs } from '../dev/pretended-day/pretended-day.ts';
import { RULES_VERSION } from '../src/fold/rules-version.ts';
import worker from '../src/index.ts';
import type { QueueMessage } from '../src/queue/messages.ts';
import { event } from './support/events.ts';
import { deliver, envWithOutbox, newTerraId, newUser } from './support/stack.ts';

it('runs on the day that is pretended, by a clock that D1 does not have', async () => {
  const real = await env.DB.prepare("select unixepoch('subsec') * 1000 as ms").first<number>('ms');
  const aheadMs = Date.now() - Number(real);
  // An instant is that of the file's beginning.
  expect(Math.abs(aheadMs - clockOffsetMs(env.AMY_TODAY, Number(real)))).toBeLessThan(120_000);
});

describe('the five-minute cron', () => {
  it('sweeps the outbox though the queue refuses what the drain sends', async () => {
    const user = newUser();
    const stored = (await (await deliver(event('daily', { user, terraId: newTerraId() }, []))).json()) as {
      raw_event_id: number;
    };
    await env.DB.prepare("update raw_events set next_attempt_at = '2020-01-01T00:00:00.000Z' where id = ?")
      .bind(stored.raw_event_id)
      .run();
    await env.DB.prepare('insert into users(id, rules) values (?, ?)').bind(user, RULES_VERSION).run();
    await env.DB.prepare(
      `insert into backfills(id, user_id, terra_user_id, resource, start_date, end_date, next_attempt_at, created_at)
values (?1, ?1, 't', 'daily', '2026-01-01', '2026-01-02', '2020-01-01T00:00:00.000Z', '2020-01-01T00:00:00.000Z')`,
    )
      .bind(user)
      .run();
    const { env: used, outbox } = envWithOutbox();
    const queue = {
      sendBatch: async (batch: Iterable<{ body: QueueMessage }>) => {
        const bodies = [...batch].map(({ body }) => body);
        if (bodies.some((body) => 'rawEventId' in body)) throw new Error('the queue refuses events');
        outbox.messages.push(...bodies);
      },
    };
    const controller = createScheduledController({ cron: '*/5 * * * *' });
    const tick = worker.scheduled(controller, { ...used, TERRA_EVENTS: queue as unknown as Queue });
    await expect(tick).rejects.toThrow('the queue refuses events');
    expect(outbox.messages).toEqual([{ backfillId: user }]);
  });
});
