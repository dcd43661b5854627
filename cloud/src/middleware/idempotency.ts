import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { PersonApp } from '../app-env.ts';
import { readRequestBody } from '../body/read-body.ts';
import { LAB_FILE_MAX_BYTES } from '../contract/labs.ts';
import { ApiError, errorText } from '../errors.ts';
import {
  IDEMPOTENCY_LOOK_WAIT_MS,
  IDEMPOTENCY_LOOKS,
  IDEMPOTENCY_RETRY_AFTER_S,
  JSON_BODY_BYTES_MAX,
  MULTIPART_FRAME_BYTES,
} from '../limits.ts';
import { log } from '../log.ts';
import { type Claim, claimKey, type KeyedRequest, releaseKey, writeAnswer } from '../store/idempotency.ts';
import { requestHash } from './request-hash.ts';

/**
 * `Idempotency-Key` on a POST: the effect happens once, and whoever comes again with the same key and the
 * same request gets the answer of the first, with `Idempotency-Replayed: true`. What failed on our side is
 * not kept, so that it can be tried again. Requests without the header pass untouched.
 */
export const idempotency = createMiddleware<PersonApp>(async (c, next) => {
  const key = c.req.header('idempotency-key');
  if (c.req.method !== 'POST' || key === undefined || answersSecrets(c.req.path)) return next();
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) {
    throw new ApiError('invalid_request', 'Idempotency-Key: must be 1 to 255 printable ASCII characters');
  }
  const request = await readKeyedRequest(c, key);
  const claim = await awaitClaim(c.env.DB, request);
  if (claim.state === 'answered') return replayed(claim);
  if (claim.state !== 'taken') throw refused(claim.state);
  await next();
  await endClaim(c, request);
});

/**
 * Ends the claim of a request that was answered. Where that fails the answer goes out all the same: the effect
 * has happened, and a claim left behind only makes the next request with the key wait until it counts as dead.
 */
async function endClaim(c: Context<PersonApp>, request: KeyedRequest): Promise<void> {
  const { status } = c.res;
  try {
    if (!isFinal(status)) await releaseKey(c.env.DB, request);
    else await writeAnswer(c.env.DB, request, { status, body: await c.res.clone().text() });
  } catch (error) {
    log('warn', 'idempotency_claim_not_ended', { request_id: request.claim, message: errorText(error) });
  }
}

/**
 * Answers under these addresses are tokens, or the address of a page on which whoever has it connects a device. They
 * are stored nowhere: such a request is made anew.
 */
function answersSecrets(path: string): boolean {
  return path.startsWith('/v1/auth/') || path === '/v1/connect';
}

/** Reads the body, as much of it as any route takes; the route is given the same bytes. */
async function readKeyedRequest(c: Context<PersonApp>, key: string): Promise<KeyedRequest> {
  const { raw } = c.req;
  const isForm = /^multipart\//i.test(raw.headers.get('content-type') ?? '');
  const bytesMax = isForm ? LAB_FILE_MAX_BYTES + MULTIPART_FRAME_BYTES : JSON_BODY_BYTES_MAX;
  const body = await readRequestBody(raw, bytesMax);
  if (body.state === 'too_large') {
    throw new ApiError(
      isForm ? 'file_too_large' : 'invalid_request',
      `the body must be at most ${bytesMax} bytes`,
    );
  }
  const hash = requestHash(raw, body.bytes);
  return { userId: c.get('userId'), key, requestHash: hash, claim: c.get('requestId') };
}

/** Claims the key, waiting a little for a twin that is still being answered. */
async function awaitClaim(db: D1Database, request: KeyedRequest): Promise<Claim> {
  for (let looks = 1; ; looks += 1) {
    const claim = await claimKey(db, request, Date.now());
    if (claim.state !== 'running' || looks === IDEMPOTENCY_LOOKS) return claim;
    await new Promise((resolve) => setTimeout(resolve, IDEMPOTENCY_LOOK_WAIT_MS));
  }
}

function replayed({ status, body }: Extract<Claim, { state: 'answered' }>): Response {
  return new Response(body === '' ? null : body, {
    status,
    headers: { 'Content-Type': 'application/json', 'Idempotency-Replayed': 'true' },
  });
}

function refused(state: 'running' | 'other_request'): ApiError {
  return state === 'other_request'
    ? new ApiError(
        'idempotency_key_mismatch',
        'this Idempotency-Key came with another request before; draw a new key for a new request',
      )
    : new ApiError(
        'idempotency_key_in_use',
        'the first request with this Idempotency-Key has no answer yet; ask again with the same key',
        { retryAfterSeconds: IDEMPOTENCY_RETRY_AFTER_S },
      );
}

/** Our failures and a full limit are worth another try; every other answer would be the same again. */
function isFinal(status: number): boolean {
  return status < 500 && status !== 429;
}
