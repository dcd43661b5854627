import { createHash } from 'node:crypto';
import { byteChunks } from '../body/byte-chunks.ts';
import { openBody } from '../body/open-body.ts';
import {
  PAYLOAD_TOO_LARGE,
  type ParsedBody,
  parseBody,
  parseSkeleton,
  readStoredPayload,
} from '../body/payload.ts';
import { bodyPlace } from '../body/stored-body.ts';
import { streamBody } from '../body/stream-body.ts';
import { isoTime, type UnixMs } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { errorText } from '../errors.ts';
import { type FailedCode, invalidAtPath } from '../event-codes.ts';
import { PAYLOAD_FETCH_TIMEOUT_MS, PING_LIFE_S, WHOLE_BODY_BYTES_MAX } from '../limits.ts';
import { type Envelope, readEnvelope } from '../normalize/envelope.ts';
import { isJsonObject, valueAt } from '../normalize/json-path.ts';
import { payloadUrlAllowed } from '../normalize/payload-url.ts';
import type { UnusableCode } from '../normalize/types.ts';
import { SCHEDULES } from '../queue/retry-policy.ts';
import { writeFetchedPayload } from '../store/fetched-payload.ts';
import { type RawEventRow, storedEvent } from '../store/raw-events.ts';
import { type AskUrl, fetchPayload } from '../terra/fetch-payload.ts';
import { readBodyAt } from './prepared-event.ts';

export type PingContext = {
  readonly db: D1Database;
  readonly payloads: R2Bucket;
  readonly allowedHosts: readonly string[];
  readonly bytesMax: number;
  readonly ask: AskUrl;
  readonly wait: (ms: number) => Promise<unknown>;
  readonly now: () => UnixMs;
};

export type PingOutcome =
  /** What it points at is kept, and the row says where. `envelope` is null where an earlier attempt read it. */
  | { readonly state: 'fetched'; readonly row: RawEventRow; readonly envelope: Envelope | null }
  /** The URL may not be asked, or no longer: normalizing the ping itself says which. */
  | { readonly state: 'not_asked' }
  | { readonly state: 'parked'; readonly code: UnusableCode }
  /** It names somebody erased, or its row was erased meanwhile; what was fetched is not kept. */
  | { readonly state: 'erased'; readonly subjectHashes: readonly string[] }
  /** Nobody answered; to be tried again while the URL lives. */
  | { readonly state: 'failed'; readonly error: string };

/** A fetched body in R2. */
type FetchedBody = { readonly sha256: string; readonly bytes: number; readonly json: unknown };

type FetchAttempt =
  | { readonly state: 'kept'; readonly kept: FetchedBody }
  | { readonly state: 'parked'; readonly code: UnusableCode }
  | { readonly state: 'failed'; readonly error: string };

/**
 * The R2 key of what a ping points at: known before it is fetched, so that it is fetched once. The row's id alone would
 * not do: once the database was restored to an earlier time, ids come again, and what an earlier ping pointed at would
 * be taken for this one's.
 */
export function fetchedKey({ id, request_id, dedup_key }: FetchableRow): string {
  return `fetched/${id}-${request_id ?? dedup_key}.json`;
}

type FetchableRow = Pick<RawEventRow, 'id' | 'request_id' | 'dedup_key'>;

/**
 * Fetches what a ping points at and keeps it, before anything is normalized. An object that is already there,
 * after a crash or a lost answer, is not fetched again. Throws when R2 or the database does not answer.
 */
export async function fetchPing(context: PingContext, row: RawEventRow): Promise<PingOutcome> {
  if (row.fetched_key !== null) return { state: 'fetched', row, envelope: null };
  const key = fetchedKey(row);
  const there = await readFetchedBody(context.payloads, key);
  if (there !== null) return record(context, row, key, there);

  const { url, diesMs } = await readPing(context.payloads, row);
  if (url === null || !payloadUrlAllowed(url, context.allowedHosts)) return { state: 'not_asked' };
  let failure: PingOutcome = { state: 'not_asked' };
  for (const wait of [0, ...SCHEDULES.ping.waitsMs]) {
    if (wait > 0) await context.wait(wait);
    const lifeMs = diesMs - context.now();
    if (lifeMs <= 0) return failure;
    const tried = await fetchOnce(context, url, key, Math.min(PAYLOAD_FETCH_TIMEOUT_MS, lifeMs));
    if (tried.state === 'kept') return record(context, row, key, tried.kept);
    if (tried.state === 'parked') return tried;
    failure = tried;
  }
  return failure;
}

/** The ping's URL, and when it dies, counted from its receipt. */
async function readPing(
  bucket: R2Bucket,
  row: RawEventRow,
): Promise<{ readonly url: string | null; readonly diesMs: UnixMs }> {
  const payload = await readBodyAt(bucket, bodyPlace(row));
  const stored = payload.state === 'read' ? payload.json : undefined;
  const url = valueAt(stored, 'url');
  const life = valueAt(stored, 'expires_in');
  const lifeS = typeof life === 'number' ? life : PING_LIFE_S;
  return {
    url: typeof url === 'string' ? url : null,
    diesMs: storedEvent(row).receivedMs + lifeS * 1_000,
  };
}

async function fetchOnce(
  { payloads, bytesMax, ask }: PingContext,
  url: string,
  key: string,
  timeoutMs: number,
): Promise<FetchAttempt> {
  const answer = await fetchPayload(ask, url, timeoutMs);
  if (answer.state === 'redirected') return { state: 'parked', code: 'payload_url_refused' };
  if (answer.state === 'failed') return failed(answer.reason);
  try {
    return await keepAnswer(answer.response, payloads, key, bytesMax);
  } catch (error) {
    return failed(errorText(error));
  }
}

function failed(reason: string): FetchAttempt {
  return { state: 'failed', error: `payload_fetch_failed: ${reason}` satisfies FailedCode };
}

/** Puts a body into R2 if it is JSON that can be normalized. */
async function keepAnswer(
  response: Response,
  bucket: R2Bucket,
  key: string,
  bytesMax: number,
): Promise<FetchAttempt> {
  const body = await openBody(response, { wholeBytesMax: WHOLE_BODY_BYTES_MAX, bytesMax });
  if (body.state === 'too_large') return { state: 'parked', code: PAYLOAD_TOO_LARGE };
  if (body.state === 'whole') {
    const { bytes } = body;
    const { state, json } = parseBody(bytes);
    if (!isJsonObject(json)) return { state: 'parked', code: unusableCode(state) };
    await bucket.put(key, bytes);
    return { state: 'kept', kept: { sha256: sha256Hex(bytes), bytes: bytes.byteLength, json } };
  }
  const streamed = await streamBody(body.chunks, { bucket, key, bytesMax });
  if (streamed === null) return { state: 'parked', code: PAYLOAD_TOO_LARGE };
  const { sha256, bytes, skeleton, upload } = streamed;
  const { state, json } = parseSkeleton(skeleton);
  if (isJsonObject(json)) {
    await upload.complete();
    return { state: 'kept', kept: { sha256, bytes, json } };
  }
  await upload.abort();
  return { state: 'parked', code: unusableCode(state) };
}

function unusableCode(state: ParsedBody['state']): UnusableCode {
  return state === 'too_large' ? PAYLOAD_TOO_LARGE : invalidAtPath('body');
}

/** What an earlier attempt kept without living to record it. */
async function readFetchedBody(bucket: R2Bucket, key: string): Promise<FetchedBody | null> {
  const object = await bucket.get(key);
  if (object === null) return null;
  const hash = createHash('sha256');
  for await (const chunk of byteChunks(object.body)) hash.update(chunk);
  const payload = await readStoredPayload(bucket, key);
  if (payload.state === 'missing') return null;
  return { sha256: hash.digest('hex'), bytes: object.size, json: payload.json };
}

async function record(
  { db, payloads, now }: PingContext,
  row: RawEventRow,
  key: string,
  { json, ...kept }: FetchedBody,
): Promise<PingOutcome> {
  const envelope = readEnvelope(json);
  if (!(await writeFetchedPayload(db, row.id, { key, ...kept }, envelope, isoTime(now())))) {
    // Nothing would ever lead to the object.
    await payloads.delete(key);
    return { state: 'erased', subjectHashes: envelope.subjects.map(sha256Hex) };
  }
  const { terraUserId, referenceId, provider } = envelope;
  return {
    state: 'fetched',
    envelope,
    row: {
      ...row,
      fetched_key: key,
      payload_bytes: kept.bytes,
      terra_user_id: terraUserId,
      reference_id: referenceId,
      provider,
    },
  };
}
