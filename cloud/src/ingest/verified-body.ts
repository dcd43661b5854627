import { announcedBytes, openBody } from '../body/open-body.ts';
import { type ParsedBody, parseBody, parseSkeleton, payloadKey, textForRow } from '../body/payload.ts';
import { streamBody } from '../body/stream-body.ts';
import type { SignatureReason } from '../contract/stats.ts';
import { sha256Hex } from '../digest.ts';
import { WHOLE_BODY_BYTES_MAX } from '../limits.ts';
import { isJsonObject } from '../normalize/json-path.ts';
import type { JsonObject } from '../normalize/types.ts';
import { type SignatureRules, type SignatureStream, startSignatureCheck } from '../terra/signature.ts';

/** A signed body and where its bytes are to be kept. */
export type VerifiedBody = {
  /** Of a streamed body without its sample arrays, or without more: good for the envelope. */
  readonly json: JsonObject;
  readonly bytes: number;
  readonly sha256: string;
  /** The verbatim text, or `''` where the bytes become an object of R2. */
  readonly text: string;
  readonly object: { readonly key: string; readonly put: () => Promise<unknown> } | null;
};

export type ReadDelivery =
  | { readonly state: 'verified'; readonly body: VerifiedBody }
  | { readonly state: 'too_large' }
  /** The signature is good, but nothing was kept of the body, which went by before that was known. */
  | { readonly state: 'not_kept' }
  /** The signature is good, but the part that tells whose the body is is too large to be held in memory. */
  | { readonly state: 'envelope_too_large'; readonly bytes: number }
  | { readonly state: 'invalid_signature'; readonly reason: SignatureReason }
  | { readonly state: 'invalid_json'; readonly bytes: number };

export type DeliveryRules = {
  readonly signature: SignatureRules;
  readonly bytesMax: number;
  readonly inlineBytesMax: number;
  /** A body that is streamed is only proved, and nothing of it is kept. */
  readonly isSenderSuspect: boolean;
  readonly bucket: R2Bucket;
  readonly requestId: string;
};

/**
 * Reads and verifies a delivery: its announced size and its signature's form and age before any byte is read, then
 * the signature, over the raw bytes. Up to 8 MB it is read whole; above, one pass streams it, and only a body that
 * proves good can become an object. Of any other nothing is left.
 */
export async function readDelivery(request: Request, rules: DeliveryRules): Promise<ReadDelivery> {
  const { bytesMax } = rules;
  if (announcedBytes(request) > bytesMax) return { state: 'too_large' };
  const signature = startSignatureCheck(request.headers, rules.signature);
  if (signature.refused !== null) return { state: 'invalid_signature', reason: signature.refused };
  const body = await openBody(request, { wholeBytesMax: WHOLE_BODY_BYTES_MAX, bytesMax });
  if (body.state === 'too_large') return { state: 'too_large' };
  if (body.state === 'whole') return verifyWhole(body.bytes, signature, rules);
  return rules.isSenderSuspect
    ? proveStreamed(body.chunks, signature, rules)
    : verifyStreamed(body.chunks, signature, rules);
}

function verifyWhole(bytes: Uint8Array, signature: SignatureStream, rules: DeliveryRules): ReadDelivery {
  signature.update(bytes);
  const check = signature.finish();
  if (check.state === 'invalid') return { state: 'invalid_signature', reason: check.reason };
  const { state, json } = parseBody(bytes);
  if (!isJsonObject(json)) return unusable(state, bytes.byteLength);
  const text = textForRow(bytes, rules.inlineBytesMax);
  const key = payloadKey(rules.requestId);
  return {
    state: 'verified',
    body: {
      json,
      bytes: bytes.byteLength,
      sha256: sha256Hex(bytes),
      text: text ?? '',
      object: text === null ? { key, put: () => rules.bucket.put(key, bytes) } : null,
    },
  };
}

/** Reads a large body for its signature alone. */
async function proveStreamed(
  chunks: AsyncIterable<Uint8Array>,
  signature: SignatureStream,
  { bytesMax }: DeliveryRules,
): Promise<ReadDelivery> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) return { state: 'too_large' };
    signature.update(chunk);
  }
  const check = signature.finish();
  return check.state === 'valid'
    ? { state: 'not_kept' }
    : { state: 'invalid_signature', reason: check.reason };
}

async function verifyStreamed(
  chunks: AsyncIterable<Uint8Array>,
  signature: SignatureStream,
  { bucket, bytesMax, requestId }: DeliveryRules,
): Promise<ReadDelivery> {
  const key = payloadKey(requestId);
  const streamed = await streamBody(chunks, { bucket, key, bytesMax }, signature.update);
  if (streamed === null) return { state: 'too_large' };
  const { bytes, sha256, skeleton, upload } = streamed;
  const check = signature.finish();
  const { state, json } = parseSkeleton(skeleton);
  if (check.state === 'valid' && isJsonObject(json)) {
    const object = { key, put: () => upload.complete() };
    return { state: 'verified', body: { json, bytes, sha256, text: '', object } };
  }
  await upload.abort();
  if (check.state === 'invalid') return { state: 'invalid_signature', reason: check.reason };
  return unusable(state, bytes);
}

function unusable(state: ParsedBody['state'], bytes: number): ReadDelivery {
  return { state: state === 'too_large' ? 'envelope_too_large' : 'invalid_json', bytes };
}
