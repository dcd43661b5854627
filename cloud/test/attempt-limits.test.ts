import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { asRawEventId } from '../src/ids.ts';
import { COMMIT_BYTES_MAX, PARAMETER_BYTES_MAX } from '../src/limits.ts';
import { cutByBytes } from '../src/queue/consumer.ts';
import { jsonParameters, ParameterTooLarge, utf8Length } from '../src/store/json-parameter.ts';
import { countingDatabase } from './support/counting-database.ts';
import { event, night, workout } from './support/events.ts';
import { consume, deliver, envWithOutbox, newTerraId, newUser, rawEvent } from './support/stack.ts';

/** Sleep items of 60 KB each, so that a body of 0.9 MB becomes rows of as much. */
function heavyNights(month: number): Record<string, unknown>[] {
  return Array.from({ length: 15 }, (_, i) => {
    const date = new Date(Date.UTC(2020, month, 1 + i)).toISOString().slice(0, 10);
    const item = night({
      id: `night-${date}`,
      start: `${date}T00:10:00Z`,
      end: `${date}T07:10:00Z`,
      asleep: 24_000,
    });
    return { ...item, note: 'ü'.repeat(30_000) };
  });
}

describe('an attempt that does not fit one transaction', () => {
  it('is halved until it does: everything is committed, nothing passes a limit', async () => {
    const { db, cost, reset } = countingDatabase(env.DB);
    const used = envWithOutbox({ ...env, DB: db });
    const who = { user: newUser(), terraId: newTerraId() };
    for (let month = 0; month < 22; month += 1)
      await deliver(event('sleep', who, heavyNights(month)), { env: used.env });
    reset();
    // The messages say less than their payloads hold, so that all of them land in one attempt.
    const messages = used.outbox.messages.map((message) => ({ ...message, bytes: 1 }));
    const fate = await consume(messages, used.env);
    expect(fate).toEqual({ acked: messages.map((_, i) => i), retried: [] });
    expect(cost.largestBatch).toBeGreaterThan(8_000_000);
    expect(cost.largestBatch).toBeLessThan(COMMIT_BYTES_MAX);
    expect(cost.largestParameter).toBeLessThan(2_000_000);
    const nights = await env.DB.prepare('select count(*) as n from sleep_sessions where user_id = ?')
      .bind(who.user)
      .first('n');
    expect(nights).toBe(22 * 15);
    const halved = env.DB.prepare(
      'select count(*) as n from raw_events where user_id = ? and halvings > 0',
    ).bind(who.user);
    expect(await halved.first('n')).toBe(22);
  }, 60_000);

  it('and that is one event alone is recorded on its row, for an operator', async () => {
    const { env: used } = envWithOutbox();
    const who = { user: newUser(), terraId: newTerraId() };
    const same = { start: '2020-01-01T00:10:00Z', end: '2020-01-01T07:10:00Z' };
    // Forty items of 60 KB that all start at once share one row, which no parameter can hold.
    const items = Array.from({ length: 40 }, (_, i) => ({
      ...workout({ ...same, id: `a${i}` }),
      note: 'x'.repeat(60_000),
    }));
    const response = await deliver(event('activity', who, items), { env: used });
    const { raw_event_id: id } = (await response.json()) as { raw_event_id: number };
    expect(await consume([{ rawEventId: id }], used)).toEqual({ acked: [], retried: [0] });
    const row = await rawEvent(id);
    expect(row).toMatchObject({ processed_at: null, attempts: 1 });
    expect(row.process_error).toMatch(/^a row of \d+ bytes does not fit one bound parameter/);
  });

  it('and that is one event of very many items is recorded too, with none of its rows', async () => {
    const { env: used } = envWithOutbox();
    const who = { user: newUser(), terraId: newTerraId() };
    const items = Array.from({ length: 40_000 }, (_, i) => {
      const start_time = new Date(Date.UTC(2020, 0, 1, 0, i)).toISOString();
      return { metadata: { summary_id: `a${i}`, start_time, end_time: start_time } };
    });
    const response = await deliver(event('activity', who, items), { env: used });
    const { raw_event_id: id } = (await response.json()) as { raw_event_id: number };
    expect(await consume([{ rawEventId: id }], used)).toEqual({ acked: [], retried: [0] });
    const row = await rawEvent(id);
    expect(row).toMatchObject({ processed_at: null, attempts: 1, user_id: null });
    expect(row.process_error).toMatch(/^an attempt of \d+ statements and \d+ bytes does not fit one trans/);
    const rows = env.DB.prepare('select count(*) as n from activities where user_id = ?').bind(who.user);
    expect(await rows.first('n')).toBe(0);
  }, 60_000);
});

describe('sub-batches', () => {
  it('hold at most 8 MB of payload by what the messages say; a larger one stands alone', () => {
    const parts = cutByBytes(
      [3, 4, 2, 9, 1, 1].map(
        (megabytes, i) => [i, { rawEventId: asRawEventId(i), bytes: megabytes * 1_000_000 }] as const,
      ),
    );
    expect(parts.map((part) => part.map(([i]) => i))).toEqual([[0, 1], [2], [3], [4, 5]]);
  });

  it('take a message without a size as 1 MB', () => {
    const parts = cutByBytes(
      Array.from({ length: 9 }, (_, i) => [i, { rawEventId: asRawEventId(i) }] as const),
    );
    expect(parts.map((part) => part.length)).toEqual([8, 1]);
  });
});

describe('JSON parameters', () => {
  it('are as few as fit, each below the limit, and together every value', () => {
    const values = Array.from({ length: 50 }, (_, i) => `${i}${'€'.repeat(33_000)}`);
    const parameters = jsonParameters(values);
    expect(parameters.flatMap(({ text }) => JSON.parse(text) as string[])).toEqual(values);
    expect(parameters).toHaveLength(3);
    for (const { text, bytes } of parameters) {
      expect(bytes).toBe(new TextEncoder().encode(text).byteLength + 1);
      expect(bytes).toBeLessThanOrEqual(PARAMETER_BYTES_MAX);
    }
  });

  it('refuse a value that fits none', () => {
    expect(() => jsonParameters(['x'.repeat(PARAMETER_BYTES_MAX)])).toThrow(ParameterTooLarge);
  });

  it.each(['', 'plain', 'üñ', '€uro', '😀 pair', 'a\u0000b', 'mixed €😀ü'])(
    'count UTF-8 bytes of %j',
    (text) => {
      expect(utf8Length(text)).toBe(new TextEncoder().encode(text).byteLength);
    },
  );
});
