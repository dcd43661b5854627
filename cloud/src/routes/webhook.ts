import { type Context, Hono } from 'hono';
import type { App } from '../app-env.ts';
import { sqliteTime, type UnixMs } from '../clock.ts';
import type { SignatureReason } from '../contract/stats.ts';
import { errorText } from '../errors.ts';
import type { RawEventId } from '../ids.ts';
import { withDeadline } from '../ingest/deadline.ts';
import { type Delivery, type Recorded, recordDelivery } from '../ingest/record.ts';
import { RejectionTally } from '../ingest/rejection-tally.ts';
import { SenderAddresses } from '../ingest/sender-addresses.ts';
import { type ReadDelivery, readDelivery, type VerifiedBody } from '../ingest/verified-body.ts';
import { WEBHOOK_RETRY_AFTER_S, WEBHOOK_STORE_TIMEOUT_MS } from '../limits.ts';
import { log } from '../log.ts';
import { addressOf } from '../middleware/rate-limit.ts';
import { readEnvelope } from '../normalize/envelope.ts';
import { sendMessages } from '../queue/messages.ts';
import { sendRemovalsOrLeaveToSweep } from '../queue/outbox.ts';
import { numberSetting, signingSecrets } from '../settings.ts';
import { REJECTED_EVENT, type Trace, writeRejection, writeTrace } from '../store/traces.ts';

/** All four are the same address; a trailing slash is the same path. */
const PATHS = ['/webhook/terra', '/webhook', '/terra', '/'];

const DELIVERIES: ReadonlySet<string> = new Set(
  PATHS.flatMap((path) => (path === '/' ? [path] : [path, `${path}/`])),
);

/** Whether this Worker takes it as a delivery. */
export function isDelivery({ method, url }: Request): boolean {
  return method === 'POST' && DELIVERIES.has(new URL(url).pathname);
}

const senders = new SenderAddresses();
const tally = new RejectionTally();

export const webhook = new Hono<App>({ strict: false });

for (const path of PATHS) {
  webhook.get(path, (c, next) => (path === '/' && wantsPage(c) ? next() : c.text('ok')));
  webhook.post(path, receiveDelivery);
}

/** Monitors and curl take whatever comes; a browser that opens an address asks for a page. */
function wantsPage(c: Context<App>): boolean {
  return c.req.header('accept')?.includes('text/html') ?? false;
}

/**
 * Verifies, stores and acknowledges one delivery. Nobody is told 200 before the row is durable; the queue
 * send may be lost, the row is not.
 */
async function receiveDelivery(c: Context<App>): Promise<Response> {
  const requestId = c.get('requestId');
  const receivedMs = Date.now();
  const secrets = signingSecrets(c.env);
  if (secrets.length === 0) {
    log('error', 'misconfigured', {
      request_id: requestId,
      message: 'the secret TERRA_SIGNING_SECRET is not set',
    });
    return c.json({ error: 'misconfigured', request_id: requestId }, 500);
  }
  const address = addressOf(c);
  const read = await readDelivery(c.req.raw, {
    signature: {
      secrets,
      toleranceSeconds: numberSetting(c.env, 'TERRA_SIGNATURE_TOLERANCE_S'),
      nowSeconds: Math.floor(receivedMs / 1_000),
    },
    bytesMax: numberSetting(c.env, 'MAX_WEBHOOK_BYTES'),
    inlineBytesMax: numberSetting(c.env, 'INLINE_PAYLOAD_BYTES'),
    isSenderSuspect: senders.isSuspect(address, receivedMs),
    bucket: c.env.RAW_PAYLOADS,
    requestId,
  });
  if (isSigned(read)) senders.noteSigned(address, receivedMs);
  switch (read.state) {
    case 'too_large':
      return c.json({ error: 'payload_too_large', request_id: requestId }, 413);
    case 'not_kept':
      return unavailable(c);
    case 'envelope_too_large':
      reject(c, 'payload_too_large', `the envelope of ${read.bytes} bytes`);
      return c.json({ error: 'payload_too_large', request_id: requestId }, 413);
    case 'invalid_signature':
      if (read.reason === 'mismatch') senders.noteForged(address, receivedMs);
      rejectUnsigned(c, read.reason, receivedMs);
      return c.json({ error: 'invalid_signature', reason: read.reason, request_id: requestId }, 401);
    case 'invalid_json':
      reject(c, 'invalid_json', `${read.bytes} bytes`);
      return c.json({ error: 'invalid_json', request_id: requestId }, 400);
    case 'verified':
      return storeDelivery(c, read.body, receivedMs);
  }
}

async function storeDelivery(c: Context<App>, body: VerifiedBody, receivedMs: number): Promise<Response> {
  const requestId = c.get('requestId');
  const { object } = body;
  const delivery: Delivery = {
    requestId,
    receivedMs,
    envelope: readEnvelope(body.json),
    dedupKey: body.sha256,
    payload: body.text,
    payloadKey: object?.key ?? null,
    payloadBytes: body.bytes,
    traceId: c.req.header('x-terra-trace-id') ?? null,
    terraReference: c.req.header('terra-reference') ?? null,
    orderingMs: readOrdering(c.req.header('x-terra-ordering-timestamp')),
  };
  const { eventType } = delivery.envelope;
  const store = async (): Promise<Recorded> => {
    await object?.put();
    const recorded = await recordDelivery(c.env.DB, delivery);
    // The row that was already there has its own object; an erased person has none.
    if (object !== null && recorded.state !== 'stored') await c.env.RAW_PAYLOADS.delete(object.key);
    return recorded;
  };
  const pending = store();
  const recorded = await withDeadline(pending, WEBHOOK_STORE_TIMEOUT_MS).catch((error: unknown) => {
    c.executionCtx.waitUntil(pending.catch(() => undefined));
    log('error', 'webhook_not_stored', { request_id: requestId, type: eventType, message: errorText(error) });
    return null;
  });
  if (recorded === null) return unavailable(c);
  if (recorded.state === 'erased') {
    c.executionCtx.waitUntil(sendRemovalsOrLeaveToSweep(c.env, recorded.removals));
    return c.json({ ok: true, skipped: 'user_erased', request_id: requestId });
  }
  const answer = { raw_event_id: recorded.id, type: eventType, request_id: requestId };
  if (recorded.state === 'stored' || recorded.isNeverAttempted) {
    c.executionCtx.waitUntil(enqueue(c.env, recorded.id, requestId, body.bytes));
  }
  const isDuplicate = recorded.state === 'duplicate';
  log('info', isDuplicate ? 'webhook_duplicate' : 'webhook_received', { ...answer, bytes: body.bytes });
  return c.json(isDuplicate ? { ok: true, duplicate: true, ...answer } : { ok: true, ...answer });
}

/** If the queue does not take it, the drain finds the row. */
async function enqueue(env: Env, rawEventId: RawEventId, requestId: string, bytes: number): Promise<void> {
  try {
    await sendMessages(env.TERRA_EVENTS, [{ rawEventId, requestId, bytes }]);
  } catch (error) {
    log('warn', 'enqueue_failed', {
      request_id: requestId,
      raw_event_id: rawEventId,
      message: errorText(error),
    });
  }
}

/** Unix ms when Terra emitted the payload; anything else counts as absent. */
function readOrdering(header: string | undefined): number | null {
  const text = header?.trim() ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** Whether it was Terra who sent it. */
function isSigned({ state }: ReadDelivery): boolean {
  switch (state) {
    case 'verified':
    case 'not_kept':
    case 'envelope_too_large':
    case 'invalid_json':
      return true;
    case 'too_large':
    case 'invalid_signature':
      return false;
  }
}

/** Asks Terra to deliver again. */
function unavailable(c: Context<App>): Response {
  c.header('Retry-After', String(WEBHOOK_RETRY_AFTER_S));
  return c.json({ error: 'unavailable', request_id: c.get('requestId') }, 503);
}

/** What Terra signed and cannot be taken is always traced. */
function reject(c: Context<App>, error: string, reason: string): void {
  const trace = rejection(c, error, reason);
  waitForTrace(c, writeTrace(c.env.DB, trace, sqliteTime(Date.now())));
}

/** What anybody may send is counted by reason and traced, a bounded number of times, and of a flood seldom. */
function rejectUnsigned(c: Context<App>, reason: SignatureReason, nowMs: UnixMs): void {
  const trace = rejection(c, 'invalid_signature', reason);
  const weight = tally.weightOf(reason, nowMs);
  if (weight > 0) waitForTrace(c, writeRejection(c.env.DB, trace, { reason, weight, nowMs }));
}

function rejection(c: Context<App>, error: string, reason: string): Trace {
  const requestId = c.get('requestId');
  log('warn', 'webhook_rejected', { request_id: requestId, error, reason });
  return { level: 'warn', event: REJECTED_EVENT, requestId, message: `${error}: ${reason}` };
}

function waitForTrace(c: Context<App>, written: Promise<void>): void {
  c.executionCtx.waitUntil(
    written.catch((failure: unknown) => {
      log('warn', 'trace_not_written', { request_id: c.get('requestId'), message: errorText(failure) });
    }),
  );
}
