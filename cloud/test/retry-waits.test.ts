import { createMessageBatch, env } from 'cloudflare:test';
import { describe, expect, it, vi } from 'vitest';
import { deleteAtTerra } from '../src/erasure/delete-at-terra.ts';
import { asRawEventId, asTerraUserId } from '../src/ids.ts';
import { consumeBatch } from '../src/queue/consumer.ts';
import type { QueueMessage, TerraHolding } from '../src/queue/messages.ts';
import { waitMs, waitSeconds } from '../src/queue/retry-policy.ts';
import { ingest, rawEvent } from './support/stack.ts';
import { newTerra } from './support/terra.ts';

/** What a message asks of the queue after its delivery of this number failed. */
async function askedAfter(attempts: number, id: string, body: QueueMessage, used: Env) {
  const batch = createMessageBatch('terra-events', [{ id, timestamp: new Date(0), attempts, body }]);
  const [message] = batch.messages;
  if (message === undefined) throw new Error('a batch without its message');
  const retry = vi.spyOn(message, 'retry');
  await consumeBatch(batch, used);
  return retry.mock.calls;
}

const AWAY = {
  batch: async () => Promise.reject(new Error('D1_ERROR: no answer')),
  prepare: () => {
    throw new Error('D1_ERROR: no answer');
  },
};

describe('a message that failed asks for the wait of its number of failures', () => {
  const withoutDatabase = { ...env, DB: AWAY as unknown as D1Database };

  it.each([1, 2, 3, 4, 5])('after %i, of an event and of a request for history', async (attempts) => {
    for (const body of [{ rawEventId: asRawEventId(1) }, { backfillId: 'b' }]) {
      const asked = await askedAfter(attempts, 'message-1', body, withoutDatabase);
      expect(asked).toEqual([[{ delaySeconds: waitSeconds('message', attempts, 'message-1') }]]);
    }
  });

  it.each([1, 5])('after %i, of a deletion at Terra', async (attempts) => {
    const terra = newTerra();
    const removal: TerraHolding = { kind: 'user', id: asTerraUserId(crypto.randomUUID()) };
    await terra.answers('/auth', 500, {});
    const asked = await askedAfter(attempts, 'message-2', { removal }, terra.env);
    expect(asked).toEqual([[{ delaySeconds: waitSeconds('removal', attempts, 'message-2') }]]);
  });
});

it('what Terra did not delete at once is asked for after the first wait', async () => {
  const sent: { delaySeconds?: number }[] = [];
  const sendBatch = async (batch: Iterable<{ delaySeconds?: number }>) => {
    sent.push(...batch);
  };
  const used = { ...env, TERRA_API_KEY: '', TERRA_EVENTS: { sendBatch } as unknown as Queue };
  const holdings = ['one', 'two'].map((id): TerraHolding => ({ kind: 'user', id: asTerraUserId(id) }));
  await deleteAtTerra(used, { now: holdings, later: [] });
  expect(sent.map(({ delaySeconds }) => delaySeconds)).toEqual(
    holdings.map(({ id }) => waitSeconds('removal', 1, id)),
  );
});

it('a parked row is due after the wait of its number of failures', async () => {
  const before = Date.now();
  const { id } = await ingest({ upload_id: crypto.randomUUID(), data: [{ results: [] }] });
  const after = Date.now();
  const row = await rawEvent(id);
  expect(row.attempts).toBe(1);
  const due = Date.parse(String(row.next_attempt_at)) - waitMs('row', 1, id);
  expect(due).toBeGreaterThanOrEqual(before);
  expect(due).toBeLessThanOrEqual(after);
});
