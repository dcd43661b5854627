import { env } from 'cloudflare:test';
import { describe, expect, it, vi } from 'vitest';
import { sha256Hex } from '../src/digest.ts';
import type { Who } from './support/events.ts';
import { event, workout } from './support/events.ts';
import { inChunks, largeActivity } from './support/large-events.ts';
import {
  consume,
  envWithOutbox,
  newTerraId,
  newUser,
  type RawEvent,
  rawEvent,
  request,
  rowsOf,
  sign,
} from './support/stack.ts';

// Large bodies take a minute where other work shares the machine.
vi.setConfig({ testTimeout: 240_000 });

const LARGE_BYTES = 8_200_000;

function someone(): Who {
  return { user: newUser(), terraId: newTerraId() };
}

/** Sends a body as it arrives over the network: in chunks, with its length announced or not. */
async function send(
  body: Uint8Array,
  options: { signature?: string; isAnnounced?: boolean; env?: Env; bodyStream?: ReadableStream } = {},
): Promise<Response> {
  return request('/webhook', {
    method: 'POST',
    body: options.bodyStream ?? inChunks(body),
    headers: {
      'terra-signature': options.signature ?? sign(body),
      ...(options.isAnnounced === false ? {} : { 'content-length': String(body.byteLength) }),
    },
    ...(options.env === undefined ? {} : { env: options.env }),
  });
}

async function idOf(response: Response): Promise<number> {
  expect(response.status).toBe(200);
  return (await response.json<{ raw_event_id: number }>()).raw_event_id;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

async function storedBody(row: RawEvent): Promise<Uint8Array> {
  if (row.payload_key === null) return bytesOf(row.payload);
  const object = await env.RAW_PAYLOADS.get(String(row.payload_key));
  return new Uint8Array((await object?.arrayBuffer()) ?? new ArrayBuffer());
}

/** How many objects and rows there are: what a refused delivery must not change. */
async function stored(): Promise<{ objects: string[]; rows: unknown }> {
  const { objects } = await env.RAW_PAYLOADS.list();
  const rows = await env.DB.prepare('select count(*) as n from raw_events').first('n');
  return { objects: objects.map(({ key }) => key), rows };
}

/** A body without an end, of which nobody may read more than so much. */
function endless(readAtMost: number): ReadableStream<Uint8Array> {
  let read = 0;
  return new ReadableStream({
    type: 'bytes',
    pull(controller) {
      read += 64 * 1_024;
      if (read > readAtMost) controller.error(new Error(`more than ${readAtMost} bytes were read`));
      else controller.enqueue(new Uint8Array(64 * 1_024));
    },
  });
}

/** R2 that remembers the uploads begun in it. */
function bucketWithUploads(): { env: Env; uploads: R2MultipartUpload[] } {
  const uploads: R2MultipartUpload[] = [];
  const createMultipartUpload = async (key: string): Promise<R2MultipartUpload> => {
    const upload = await env.RAW_PAYLOADS.createMultipartUpload(key);
    uploads.push(upload);
    return upload;
  };
  const { env: used } = envWithOutbox({
    ...env,
    RAW_PAYLOADS: Object.assign(Object.create(env.RAW_PAYLOADS), { createMultipartUpload }),
  });
  return { env: used, uploads };
}

describe('a body of any size', () => {
  it.each([
    [0.9, true],
    [1.0, true],
    [1.1, true],
    [1.9, false],
    [2.1, true],
    [7.9, false],
    [10, false],
    [16, true],
  ])(
    'of %d MB, announced: %s, comes back byte for byte and is normalized',
    async (megabytes, isAnnounced) => {
      const who = someone();
      const body = bytesOf(largeActivity(who, megabytes * 1_000_000));
      const id = await idOf(await send(body, { isAnnounced }));
      const row = await rawEvent(id);
      expect(row).toMatchObject({
        event_type: 'activity',
        terra_user_id: who.terraId,
        reference_id: who.user,
        payload_bytes: body.byteLength,
        dedup_key: sha256Hex(body),
        payload_key: body.byteLength > 1_000_000 ? `raw-events/${row.request_id}.json` : null,
      });
      // Compared by hash and length: a difference of millions of bytes is not to be printed.
      const back = await storedBody(row);
      expect([back.byteLength, sha256Hex(back)]).toEqual([body.byteLength, sha256Hex(body)]);

      expect(await consume([{ rawEventId: id }])).toEqual({ acked: [0], retried: [] });
      expect(await rawEvent(id)).toMatchObject({ process_error: null, user_id: who.user });
      const [activity, ...others] = await rowsOf('activities', who.user);
      expect(others).toEqual([]);
      expect(activity).toMatchObject({ activity_name: 'A long run', distance: 5_000, duration: 1_800 });
      expect(JSON.parse(String(activity?.raw))).toMatchObject({ _samples_omitted: true, laps: [{ lap: 1 }] });
    },
  );
});

describe('a streamed body', () => {
  it('gives the row a whole one gives, but for the samples in raw', async () => {
    const [small, large] = [someone(), someone()];
    const [one, other] = [
      bytesOf(largeActivity(small, 7_000_000)),
      bytesOf(largeActivity(large, LARGE_BYTES)),
    ];
    for (const body of [one, other]) await consume([{ rawEventId: await idOf(await send(body)) }]);
    const [ofWhole] = await rowsOf('activities', small.user, [
      'user_id',
      'updated_at',
      'cells',
      'rules',
      'raw',
    ]);
    const [ofStream] = await rowsOf('activities', large.user, [
      'user_id',
      'updated_at',
      'cells',
      'rules',
      'raw',
    ]);
    expect(ofStream).toEqual(ofWhole);
  });

  it('has the same raw again when it is replayed', async () => {
    const who = someone();
    const id = await idOf(await send(bytesOf(largeActivity(who, LARGE_BYTES))));
    await consume([{ rawEventId: id }]);
    const before = await rowsOf('activities', who.user, []);
    await consume([{ rawEventId: id, force: true }]);
    expect(await rowsOf('activities', who.user, [])).toEqual(before);
  });

  it.each([true, false])(
    'is a duplicate the second time and leaves no object, announced: %s',
    async (isAnnounced) => {
      const body = bytesOf(largeActivity(someone(), LARGE_BYTES));
      const id = await idOf(await send(body, { isAnnounced }));
      const before = await stored();
      const again = await send(body, { isAnnounced });
      expect(await again.json()).toEqual({
        ok: true,
        duplicate: true,
        raw_event_id: id,
        type: 'activity',
        request_id: expect.any(String),
      });
      expect(await stored()).toEqual(before);
    },
  );

  it('of an erased person is stored nowhere', async () => {
    const who = someone();
    await env.DB.prepare("insert into erased_subjects values (?, 'terra_user', '2026-01-01T00:00:00.000Z')")
      .bind(sha256Hex(who.terraId))
      .run();
    const before = await stored();
    const response = await send(bytesOf(largeActivity(who, LARGE_BYTES)));
    expect(await response.json()).toEqual({
      ok: true,
      skipped: 'user_erased',
      request_id: expect.any(String),
    });
    expect(await stored()).toEqual(before);
  });

  it('that the database does not take is a 503, never a 200', async () => {
    const broken = { batch: async () => Promise.reject(new Error('D1_ERROR: no answer')) };
    const { env: used } = envWithOutbox({
      ...env,
      DB: Object.assign(Object.create(env.DB), broken, { prepare: env.DB.prepare.bind(env.DB) }),
    });
    const response = await send(bytesOf(largeActivity(someone(), LARGE_BYTES)), { env: used });
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('that R2 does not take is no 200 and no row', async () => {
    const broken = { createMultipartUpload: async () => Promise.reject(new Error('R2 does not answer')) };
    const { env: used } = envWithOutbox({
      ...env,
      RAW_PAYLOADS: Object.assign(Object.create(env.RAW_PAYLOADS), broken),
    });
    const before = await stored();
    const response = await send(bytesOf(largeActivity(someone(), LARGE_BYTES)), { env: used });
    expect(response.status).toBeGreaterThanOrEqual(500);
    expect(await stored()).toEqual(before);
  });
});

describe('a streamed body that is refused leaves no object and no row:', () => {
  const text = largeActivity({ user: 'user_nobody', terraId: 'terra-nobody' }, LARGE_BYTES);
  const body = bytesOf(text);

  it.each([true, false])('one byte changed at the end, announced: %s', async (isAnnounced) => {
    const before = await stored();
    const response = await send(body, { signature: sign(`${text.slice(0, -1)} `), isAnnounced });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: 'invalid_signature', reason: 'mismatch' });
    expect(await stored()).toEqual(before);
  });

  it('no signature, which is said before the body is received', async () => {
    const before = await stored();
    const headers = { 'content-length': String(body.byteLength) };
    const response = await request('/webhook', { method: 'POST', body: endless(0), headers });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: 'invalid_signature', reason: 'missing' });
    expect(await stored()).toEqual(before);
  });

  it('endless, which is not read to its end', async () => {
    const { env: used } = envWithOutbox({ ...env, MAX_WEBHOOK_BYTES: '9000000' });
    const response = await send(body, { bodyStream: endless(9_200_000), isAnnounced: false, env: used });
    expect(response.status).toBe(413);
  });

  it('announced as larger than is taken, of which nothing is read', async () => {
    const { env: used } = envWithOutbox({ ...env, MAX_WEBHOOK_BYTES: '8100000' });
    const response = await send(body, { bodyStream: endless(0), env: used });
    expect(response.status).toBe(413);
  });

  it('forged, and what was sent of it to R2 is taken back', async () => {
    const { env: used, uploads } = bucketWithUploads();
    await send(body, { signature: sign('another body'), env: used });
    expect(uploads).toHaveLength(1);
    for (const { key, uploadId } of uploads) {
      const again = env.RAW_PAYLOADS.resumeMultipartUpload(key, uploadId);
      await expect(again.uploadPart(1, 'more')).rejects.toThrow('upload does not exist');
    }
  });

  it('broken off on its way', async () => {
    const before = await stored();
    let sent = 0;
    const bodyStream = new ReadableStream({
      type: 'bytes',
      pull(controller) {
        if (sent >= LARGE_BYTES - 100_000) return controller.error(new Error('connection lost'));
        controller.enqueue(body.slice(sent, sent + 64 * 1_024));
        sent += 64 * 1_024;
      },
    });
    const response = await send(body, { bodyStream }).catch(() => null);
    expect(response?.status ?? 500).toBeGreaterThanOrEqual(400);
    expect(await stored()).toEqual(before);
  });

  it('signed, with more in its envelope than can be held', async () => {
    const before = await stored();
    const response = await send(bytesOf(JSON.stringify({ type: 'daily', note: 'x'.repeat(LARGE_BYTES) })));
    expect(response.status).toBe(413);
    expect(await stored()).toEqual(before);
  });
});

describe('a streamed body of arrays that nobody knows', () => {
  it('is stored under its owner and parked for the operator', async () => {
    const who = someone();
    const item = { ...workout(), new_samples: Array.from({ length: 1_200_000 }, (_, i) => i + 1_000_000) };
    const body = bytesOf(JSON.stringify(event('activity', who, [item])));
    const id = await idOf(await send(body));
    expect(await consume([{ rawEventId: id }])).toEqual({ acked: [0], retried: [] });
    expect(await rawEvent(id)).toMatchObject({
      event_type: 'activity',
      terra_user_id: who.terraId,
      processed_at: null,
      process_error: 'payload_invalid:too_large',
    });
  });
});
