import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { PayloadUpload } from '../src/body/payload-upload.ts';
import { onCron } from '../src/cron/schedule.ts';
import { DAY_MS, UPLOAD_PART_BYTES } from '../src/limits.ts';

const DAILY_CRON = '30 3 * * *';
const NO_UPLOAD = 'upload does not exist';

/** R2 dates objects by a clock of its own, which no pretended day moves. */
async function bucketNow(): Promise<number> {
  await env.RAW_PAYLOADS.put('clock', '');
  const clock = await env.RAW_PAYLOADS.head('clock');
  await env.RAW_PAYLOADS.delete('clock');
  return clock?.uploaded.getTime() ?? Number.NaN;
}

/** An upload of which one part is sent, and the one of R2 below it. */
async function begun(
  changes: Partial<R2Bucket> = {},
): Promise<{ upload: PayloadUpload; part: () => Promise<unknown> }> {
  const uploads: R2MultipartUpload[] = [];
  const createMultipartUpload = async (key: string): Promise<R2MultipartUpload> => {
    const one = await env.RAW_PAYLOADS.createMultipartUpload(key);
    uploads.push(one);
    return one;
  };
  const bucket: R2Bucket = Object.assign(Object.create(env.RAW_PAYLOADS), {
    createMultipartUpload,
    ...changes,
  });
  const upload = await PayloadUpload.begin(bucket, `raw-events/${crypto.randomUUID()}.json`);
  await upload.write(new Uint8Array(UPLOAD_PART_BYTES + 1));
  return { upload, part: async () => uploads[0]?.uploadPart(1, new Uint8Array(1)) };
}

async function records(): Promise<number> {
  return (await env.RAW_PAYLOADS.list({ prefix: 'open-uploads/' })).objects.length;
}

describe('a multipart upload', () => {
  it('whose request died is aborted by the daily sweep after a day, and not before', async () => {
    const { part } = await begun();
    expect(await records()).toBe(1);
    await onCron(DAILY_CRON, env, (await bucketNow()) + DAY_MS - 60_000);
    await part();
    expect(await records()).toBe(1);
    await onCron(DAILY_CRON, env, (await bucketNow()) + DAY_MS + 60_000);
    await expect(part()).rejects.toThrow(NO_UPLOAD);
    expect(await records()).toBe(0);
  });

  it('that came to its end leaves no record', async () => {
    const [completed, aborted] = [await begun(), await begun()];
    expect(await records()).toBe(2);
    await completed.upload.complete();
    await aborted.upload.abort();
    expect(await records()).toBe(0);
  });

  it('that came to its end and whose record stayed is not looked for again', async () => {
    const stuck = { delete: async () => Promise.reject(new Error('R2 does not answer')) };
    const { upload } = await begun(stuck);
    await upload.complete();
    expect(await records()).toBe(1);
    await onCron(DAILY_CRON, env, (await bucketNow()) + 2 * DAY_MS);
    expect(await records()).toBe(0);
  });

  it('that R2 does not abort keeps its record for the next run', async () => {
    const { part } = await begun();
    const broken = {
      resumeMultipartUpload: () => ({ abort: async () => Promise.reject(new Error('busy')) }),
    };
    const used = { ...env, RAW_PAYLOADS: Object.assign(Object.create(env.RAW_PAYLOADS), broken) };
    await onCron(DAILY_CRON, used, (await bucketNow()) + 2 * DAY_MS);
    expect(await records()).toBe(1);
    await part();
    await onCron(DAILY_CRON, env, (await bucketNow()) + 2 * DAY_MS);
    expect(await records()).toBe(0);
  });
});
