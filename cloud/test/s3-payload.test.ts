import { createExecutionContext, createMessageBatch, env, getQueueResult } from 'cloudflare:test';
import { describe, expect, it, vi } from 'vitest';
import { sha256Hex } from '../src/digest.ts';
import { consumeBatch, type Outbound } from '../src/queue/consumer.ts';
import { day, event, terraUser, type Who } from './support/events.ts';
import { inChunks, largeActivity } from './support/large-events.ts';
import {
  asOperator,
  deliver,
  envWithOutbox,
  ingest,
  newTerraId,
  newUser,
  type RawEvent,
  rawEvent,
  rowsOf,
} from './support/stack.ts';
import { newTerra } from './support/terra.ts';

vi.setConfig({ testTimeout: 30_000 });

function someone(): Who {
  return { user: newUser(), terraId: newTerraId() };
}

/** A bucket of Terra's: a real server that stands where its https host would be. */
function newBucket() {
  const terra = newTerra();
  const { env: used, outbox } = envWithOutbox();
  const asked: string[] = [];
  const outbound: Outbound = {
    ask: (url, init) => {
      asked.push(url);
      return fetch(`${terra.env.TERRA_API_URL}${new URL(url).pathname}`, init);
    },
    wait: async () => undefined,
  };
  return { used, outbox, asked, outbound, holds: terra.answers, calls: terra.calls, release: terra.release };
}

type Bucket = ReturnType<typeof newBucket>;

function ping(path = '/object', more: Record<string, unknown> = {}): Record<string, unknown> {
  const url = `https://payloads.s3.amazonaws.com${path}?signature=${crypto.randomUUID()}`;
  return { type: 's3_payload', status: 'success', url, expires_in: 300, ...more };
}

const T1 = Date.UTC(2026, 2, 1);

async function store(body: unknown, orderingMs?: number): Promise<number> {
  const response = await deliver(body, orderingMs === undefined ? {} : { orderingMs });
  return (await response.json<{ raw_event_id: number }>()).raw_event_id;
}

async function consumePing(id: number, bucket: Bucket, force = false): Promise<'acked' | 'retried'> {
  return (await consumeAll([id], bucket, force)).retried.length === 0 ? 'acked' : 'retried';
}

async function consumeAll(
  ids: readonly number[],
  { used, outbound }: Bucket,
  force = false,
): Promise<{ retried: number[] }> {
  const batch = createMessageBatch(
    'terra-events',
    ids.map((rawEventId, i) => ({
      id: String(i),
      timestamp: new Date(0),
      attempts: 1,
      body: { rawEventId, force },
    })),
  );
  const context = createExecutionContext();
  await consumeBatch(batch, used, outbound);
  const { retryMessages } = await getQueueResult(batch, context);
  return { retried: retryMessages.map(({ msgId }) => Number(msgId)) };
}

/** A key of this ping alone: ids come again after a restore. */
function keyOf({ id, request_id }: RawEvent): string {
  return `fetched/${id}-${request_id}.json`;
}

async function fetchedBytes(row: RawEvent): Promise<Uint8Array | null> {
  const object = await env.RAW_PAYLOADS.get(keyOf(row));
  return object === null ? null : new Uint8Array(await object.arrayBuffer());
}

describe('a ping', () => {
  it('is treated as the event it points at, its user included, and keeps what was fetched', async () => {
    const bucket = newBucket();
    const who = someone();
    const body = ping();
    const text = JSON.stringify(event('daily', who, [day({ steps: 4_321 })]));
    await bucket.holds('/object', 200, text);
    const id = await store(body);
    expect(await consumePing(id, bucket)).toBe('acked');
    const row = await rawEvent(id);
    expect(row).toMatchObject({
      event_type: 's3_payload',
      payload: JSON.stringify(body),
      fetched_key: keyOf(row),
      fetched_sha256: sha256Hex(text),
      fetched_at: expect.stringMatching(/^2\d{3}-.*Z$/),
      terra_user_id: who.terraId,
      reference_id: who.user,
      provider: 'oura',
      user_id: who.user,
      process_error: null,
      attempts: 1,
    });
    expect(row.processed_at).not.toBeNull();
    expect(new TextDecoder().decode((await fetchedBytes(row)) ?? undefined)).toBe(text);
    expect((await rowsOf('daily_summary', who.user))[0]).toMatchObject({ source: 'oura', steps: 4_321 });
  });

  it('changes no other event', async () => {
    const bucket = newBucket();
    const other = await store(event('daily', someone(), [day({ steps: 1 })]));
    const before = await rawEvent(other);
    await bucket.holds('/object', 200, event('daily', someone(), [day({ steps: 2 })]));
    expect(await consumePing(await store(ping()), bucket)).toBe('acked');
    expect(await rawEvent(other)).toEqual(before);
  });

  it('has the order and the hash of the ping', async () => {
    const bucket = newBucket();
    const who = someone();
    await bucket.holds('/older', 200, event('daily', who, [day({ steps: 1, stress: 10 })]));
    const newer = await store(event('daily', who, [day({ steps: 2 })]), T1 + 2_000);
    const older = await store(ping('/older'), T1 + 1_000);
    await consumeAll([newer, older], bucket);
    expect((await rowsOf('daily_summary', who.user))[0]).toMatchObject({
      steps: 2,
      stress_score: 10,
    });
  });

  it('to a large body is streamed, and normalized without its samples', async () => {
    const bucket = newBucket();
    const who = someone();
    const body = new TextEncoder().encode(largeActivity(who, 9_000_000));
    const id = await store(ping());
    const outbound = { ...bucket.outbound, ask: async () => new Response(inChunks(body)) };
    expect(await consumePing(id, { ...bucket, outbound })).toBe('acked');
    const row = await rawEvent(id);
    expect(row).toMatchObject({ process_error: null, payload_bytes: body.byteLength });
    expect(row.fetched_sha256).toBe(sha256Hex(body));
    expect(sha256Hex((await fetchedBytes(row)) ?? '')).toBe(sha256Hex(body));
    const [activity] = await rowsOf('activities', who.user);
    expect(JSON.parse(String(activity?.raw))).toMatchObject({ _samples_omitted: true });
  });

  it('is fetched once: not again when it is replayed', async () => {
    const bucket = newBucket();
    const who = someone();
    await bucket.holds('/object', 200, event('daily', who, [day({ steps: 5 })]));
    const id = await store(ping());
    await consumePing(id, bucket);
    await env.DB.prepare('delete from daily_summary where user_id = ?').bind(who.user).run();
    await consumePing(id, bucket, true);
    expect((await rowsOf('daily_summary', who.user))[0]).toMatchObject({ steps: 5 });
    expect(bucket.asked).toHaveLength(1);
  });

  it('is fetched once: not again when what was fetched is gone, which is said', async () => {
    const bucket = newBucket();
    await bucket.holds('/object', 200, event('daily', someone(), [day()]));
    const id = await store(ping());
    await consumePing(id, bucket);
    await env.RAW_PAYLOADS.delete(keyOf(await rawEvent(id)));
    await consumePing(id, bucket, true);
    expect(bucket.asked).toHaveLength(1);
    expect((await rawEvent(id)).process_error).toBe('payload_missing');
  });

  it('is fetched once: not again when a crash came before it was recorded, even after its URL died', async () => {
    const bucket = newBucket();
    const who = someone();
    const text = JSON.stringify(event('daily', who, [day({ steps: 6 })]));
    const id = await store(ping('/object', { expires_in: 0 }));
    await env.RAW_PAYLOADS.put(keyOf(await rawEvent(id)), text);
    expect(await consumePing(id, bucket)).toBe('acked');
    expect(bucket.asked).toEqual([]);
    expect(await rawEvent(id)).toMatchObject({ process_error: null, fetched_sha256: sha256Hex(text) });
    expect((await rowsOf('daily_summary', who.user))[0]).toMatchObject({ steps: 6 });
  });

  it('never takes what an earlier ping of its id pointed at for its own, as ids repeat after a restore', async () => {
    const bucket = newBucket();
    const who = someone();
    await bucket.holds('/object', 200, event('daily', who, [day({ steps: 8 })]));
    const id = await store(ping());
    const earlier = JSON.stringify(event('daily', someone(), [day({ steps: 1 })]));
    for (const key of [`fetched/${id}.json`, `fetched/${id}-${crypto.randomUUID()}.json`])
      await env.RAW_PAYLOADS.put(key, earlier);
    await consumePing(id, bucket);
    expect(bucket.asked).toHaveLength(1);
    expect((await rowsOf('daily_summary', who.user))[0]).toMatchObject({ steps: 8 });
  });

  it('is fetched once: not again when the database did not take the record', async () => {
    const bucket = newBucket();
    const who = someone();
    await bucket.holds('/object', 200, event('daily', who, [day({ steps: 7 })]));
    const id = await store(ping());
    await env.DB.exec(
      "create trigger refuse before update of fetched_key on raw_events begin select raise(abort, 'refused by a test'); end",
    );
    expect(await consumePing(id, bucket)).toBe('retried');
    await env.DB.exec('drop trigger refuse');
    expect(await rawEvent(id)).toMatchObject({ fetched_key: null, attempts: 0, processed_at: null });
    expect(await consumePing(id, bucket)).toBe('acked');
    expect(bucket.asked).toHaveLength(1);
    expect((await rowsOf('daily_summary', who.user))[0]).toMatchObject({ steps: 7 });
  });

  it('that Terra sends again after it was fetched is a duplicate', async () => {
    const bucket = newBucket();
    const body = ping();
    await bucket.holds('/object', 200, event('daily', someone(), [day({ steps: 5 })]));
    const id = await store(body);
    await consumePing(id, bucket);
    const again = await deliver(body);
    expect(await again.json()).toMatchObject({ ok: true, duplicate: true, raw_event_id: id });
  });

  it('whose person is not yet known waits, and is released by their connection', async () => {
    const bucket = newBucket();
    const who = someone();
    const unnamed = {
      ...event('daily', who, [day({ steps: 8 })]),
      user: { ...terraUser(who), reference_id: null },
    };
    await bucket.holds('/object', 200, unnamed);
    const id = await store(ping());
    await consumePing(id, bucket);
    expect(await rawEvent(id)).toMatchObject({
      processed_at: null,
      process_error: 'no_connection_for_terra_user',
      terra_user_id: who.terraId,
    });
    await ingest({ type: 'auth', status: 'success', user: terraUser(who) }, { env: bucket.used });
    expect(bucket.outbox.messages).toContainEqual(expect.objectContaining({ rawEventId: id }));
    await consumePing(id, bucket);
    expect((await rowsOf('daily_summary', who.user))[0]).toMatchObject({ steps: 8 });
    expect(bucket.asked).toHaveLength(1);
  });

  it('among other events holds none of them up', async () => {
    const bucket = newBucket();
    const [plain, pointed] = [someone(), someone()];
    await bucket.holds('/broken', 503, {});
    await bucket.holds('/fine', 200, event('daily', pointed, [day({ steps: 9 })]));
    const ids = [
      await store(ping('/broken')),
      await store(event('daily', plain, [day({ steps: 1 })])),
      await store(ping('/fine')),
    ];
    expect(await consumeAll(ids, bucket)).toEqual({ retried: [0] });
    expect(await rowsOf('daily_summary', plain.user)).toHaveLength(1);
    expect(await rowsOf('daily_summary', pointed.user)).toHaveLength(1);
  });
});

describe('a ping that leads nowhere', () => {
  it('expired: parked, and not asked for', async () => {
    const bucket = newBucket();
    const id = await store(ping('/object', { expires_in: 0 }));
    expect(await consumePing(id, bucket)).toBe('acked');
    expect(await rawEvent(id)).toMatchObject({ processed_at: null, process_error: 'payload_url_expired' });
    expect(bucket.asked).toEqual([]);
  });

  it('lives as long as it says, counted from its receipt', async () => {
    const bucket = newBucket();
    await bucket.holds('/object', 200, event('daily', someone(), [day()]));
    const [late, inTime] = [await store(ping()), await store(ping())];
    const received = 'update raw_events set received_at = datetime(received_at, ?1) where id = ?2';
    await env.DB.prepare(received).bind('-305 seconds', late).run();
    await env.DB.prepare(received).bind('-280 seconds', inTime).run();
    await consumeAll([late, inTime], bucket);
    expect(bucket.asked).toHaveLength(1);
    expect((await rawEvent(late)).process_error).toBe('payload_url_expired');
    expect((await rawEvent(inTime)).process_error).toBeNull();
  });

  it.each([
    ['plain http', 'http://payloads.s3.amazonaws.com/object'],
    ['another host', 'https://payloads.example/object'],
    ['a host that only ends alike', 'https://evilamazonaws.com/object'],
    ['credentials', 'https://user:secret@payloads.s3.amazonaws.com/object'],
    ['a port', 'https://payloads.s3.amazonaws.com:8443/object'],
    ['no URL', 'object'],
  ])('refused: %s, and not asked for', async (_, url) => {
    const bucket = newBucket();
    const id = await store(ping('/object', { url, nonce: crypto.randomUUID() }));
    expect(await consumePing(id, bucket)).toBe('acked');
    expect(await rawEvent(id)).toMatchObject({ processed_at: null, process_error: 'payload_url_refused' });
    expect(bucket.asked).toEqual([]);
  });

  it('refused: a redirect, which is not followed', async () => {
    const bucket = newBucket();
    await bucket.holds('/object', 302, {}, { headers: { location: '/elsewhere' } });
    const id = await store(ping());
    expect(await consumePing(id, bucket)).toBe('acked');
    expect(await rawEvent(id)).toMatchObject({ processed_at: null, process_error: 'payload_url_refused' });
    expect(await bucket.calls('/elsewhere')).toEqual([]);
  });

  it.each([
    ['not JSON', '<Error/>'],
    ['an array', '[]'],
    ['truncated', '{"type":"daily",'],
  ])('%s: parked, and nothing kept', async (_, text) => {
    const bucket = newBucket();
    await bucket.holds('/object', 200, text);
    const id = await store(ping());
    expect(await consumePing(id, bucket)).toBe('acked');
    const row = await rawEvent(id);
    expect(row).toMatchObject({
      processed_at: null,
      process_error: 'payload_invalid:body',
      fetched_key: null,
    });
    expect(await fetchedBytes(row)).toBeNull();
  });

  it('large and truncated: parked, and nothing kept', async () => {
    const bucket = newBucket();
    const text = largeActivity(someone(), 9_000_000).slice(0, -1);
    const ask = async () => new Response(inChunks(new TextEncoder().encode(text)));
    const id = await store(ping());
    await consumePing(id, { ...bucket, outbound: { ...bucket.outbound, ask } });
    const row = await rawEvent(id);
    expect(row).toMatchObject({ processed_at: null, process_error: 'payload_invalid:body' });
    expect(await fetchedBytes(row)).toBeNull();
  });

  it.each([true, false])('larger than is taken: parked, announced: %s', async (isAnnounced) => {
    const bucket = newBucket();
    const text = JSON.stringify(event('daily', someone(), [day()]));
    const headers: Record<string, string> = isAnnounced ? { 'content-length': String(text.length) } : {};
    const ask = async () => new Response(inChunks(new TextEncoder().encode(text)), { headers });
    const used = { ...bucket.used, MAX_WEBHOOK_BYTES: '200' };
    const id = await store(ping());
    await consumePing(id, { ...bucket, used, outbound: { ...bucket.outbound, ask } });
    const row = await rawEvent(id);
    expect(row).toMatchObject({ processed_at: null, process_error: 'payload_invalid:too_large' });
    expect(await fetchedBytes(row)).toBeNull();
  });
});

describe('a fetch that fails while the URL lives', () => {
  it('is tried again at once, a few times', async () => {
    const bucket = newBucket();
    const who = someone();
    await bucket.holds('/object', 200, event('daily', who, [day({ steps: 5 })]));
    await bucket.holds('/object', 503, {}, { times: 2 });
    const id = await store(ping());
    expect(await consumePing(id, bucket)).toBe('acked');
    expect(bucket.asked).toHaveLength(3);
    expect(await rowsOf('daily_summary', who.user)).toHaveLength(1);
  });

  it.each([
    ['status 503', 503],
    ['status 403', 403],
  ])('is recorded and retried: %s', async (reason, status) => {
    const bucket = newBucket();
    await bucket.holds('/object', status, {});
    const id = await store(ping());
    expect(await consumePing(id, bucket)).toBe('retried');
    expect(await rawEvent(id)).toMatchObject({
      processed_at: null,
      process_error: `payload_fetch_failed: ${reason}`,
      attempts: 1,
      fetched_key: null,
    });
    await bucket.holds('/object', 200, event('daily', someone(), [day()]));
    expect(await consumePing(id, bucket)).toBe('acked');
    expect(await rawEvent(id)).toMatchObject({ process_error: null, attempts: 2 });
  });

  it('is retried when nobody answers, or when the answer breaks off', async () => {
    const bucket = newBucket();
    const asks = [
      async () => Promise.reject(new Error('https://payloads.s3.amazonaws.com/?signature=secret')),
      async () =>
        new Response(
          new ReadableStream({
            pull: (controller) => controller.error(new Error('connection lost')),
          }),
        ),
    ];
    for (const [i, ask] of asks.entries()) {
      const id = await store(ping());
      expect(await consumePing(id, { ...bucket, outbound: { ...bucket.outbound, ask } })).toBe('retried');
      const row = await rawEvent(id);
      expect(row.process_error).toBe(`payload_fetch_failed: ${['no answer', 'connection lost'][i]}`);
      expect(await fetchedBytes(row)).toBeNull();
    }
  });

  it('is given up when the answer does not end while the URL lives', async () => {
    const bucket = newBucket();
    const id = await store(ping('/object', { expires_in: 2 }));
    const ask: Outbound['ask'] = (_, init) =>
      new Promise((_resolve, reject) => {
        init.signal?.addEventListener('abort', () => reject(new Error('aborted')));
      });
    expect(await consumePing(id, { ...bucket, outbound: { ...bucket.outbound, ask } })).toBe('retried');
    expect((await rawEvent(id)).process_error).toBe('payload_fetch_failed: no answer');
  });

  it('is not tried again after the URL died', async () => {
    const bucket = newBucket();
    await bucket.holds('/object', 503, {});
    const id = await store(ping('/object', { expires_in: 2 }));
    const wait = () => new Promise((resolve) => setTimeout(resolve, 3_000));
    await consumePing(id, { ...bucket, outbound: { ...bucket.outbound, wait } });
    expect(bucket.asked).toHaveLength(1);
    expect(await consumePing(id, bucket)).toBe('acked');
    expect((await rawEvent(id)).process_error).toBe('payload_url_expired');
  });
});

describe('a ping to the data of an erased person', () => {
  it('ends as skipped:user_erased, blanked, the fetched object deleted', async () => {
    const bucket = newBucket();
    const who = someone();
    await env.DB.prepare("insert into erased_subjects values (?, 'terra_user', '2026-01-01T00:00:00.000Z')")
      .bind(sha256Hex(who.terraId))
      .run();
    await bucket.holds('/object', 200, event('daily', who, [day({ steps: 9 })]));
    const id = await store(ping());
    expect(await consumePing(id, bucket)).toBe('acked');
    const row = await rawEvent(id);
    expect(row).toMatchObject({
      process_error: 'skipped:user_erased',
      payload: '',
      fetched_key: null,
      fetched_sha256: null,
      terra_user_id: '',
      reference_id: null,
    });
    expect(await fetchedBytes(row)).toBeNull();
  });

  it('is found by the erasure while it waits for its owner', async () => {
    const bucket = newBucket();
    const who = someone();
    await ingest({ type: 'auth', status: 'success', user: terraUser(who) });
    await bucket.holds('/object', 200, event('daily', who, [day({ steps: 9 })]));
    const id = await store(ping());
    await env.DB.exec(
      "create trigger refuse before insert on daily_summary begin select raise(abort, 'refused by a test'); end",
    );
    await consumePing(id, bucket);
    await env.DB.exec('drop trigger refuse');
    const row = await rawEvent(id);
    expect(row).toMatchObject({ processed_at: null, fetched_key: keyOf(row) });
    await asOperator(`/admin/user/${who.user}/wipe`, { method: 'POST' });
    expect(await env.DB.prepare('select id from raw_events where id = ?').bind(id).first()).toBeNull();
    expect(await fetchedBytes(row)).toBeNull();
  });

  it('keeps nothing where its row was erased while it was fetched', async () => {
    const bucket = newBucket();
    await bucket.holds('/object', 200, event('daily', someone(), [day({ steps: 9 })]), { isHeld: true });
    const id = await store(ping());
    const consumed = consumePing(id, bucket);
    await expect.poll(() => bucket.calls('/object')).toHaveLength(1);
    await env.DB.prepare('delete from raw_events where id = ?').bind(id).run();
    await bucket.release();
    expect(await consumed).toBe('acked');
    expect((await env.RAW_PAYLOADS.list({ prefix: `fetched/${id}.json` })).objects).toEqual([]);
  });

  it('keeps nothing where it names somebody who was erased while it was fetched, and ends blank', async () => {
    const bucket = newBucket();
    const who = someone();
    await bucket.holds('/object', 200, event('daily', who, [day({ steps: 9 })]), { isHeld: true });
    const id = await store(ping());
    const consumed = consumePing(id, bucket);
    await expect.poll(() => bucket.calls('/object')).toHaveLength(1);
    // Nobody has the id here yet, and nothing that is stored names it.
    await asOperator(`/admin/user/${who.user}/wipe`, { method: 'POST', body: '{"force": true}' });
    await bucket.release();
    expect(await consumed).toBe('acked');
    const row = await rawEvent(id);
    expect(row).toMatchObject({ process_error: 'skipped:user_erased', payload: '', fetched_key: null });
    expect(await fetchedBytes(row)).toBeNull();
  });

  it('does not name them meanwhile, even where its outcome cannot be written', async () => {
    const bucket = newBucket();
    const who = someone();
    await bucket.holds('/object', 200, event('daily', who, [day({ steps: 9 })]));
    const id = await store(ping());
    // Nobody has the id here yet, and nothing that is stored names it.
    await asOperator(`/admin/user/${who.user}/wipe`, { method: 'POST', body: '{"force": true}' });
    await env.DB.exec(
      "create trigger refuse before update of process_error on raw_events begin select raise(abort, 'refused by a test'); end",
    );
    expect(await consumePing(id, bucket)).toBe('retried');
    await env.DB.exec('drop trigger refuse');
    expect(await rawEvent(id)).toMatchObject({ terra_user_id: '', reference_id: null, fetched_key: null });
  });
});
