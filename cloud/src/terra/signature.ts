import { createHmac, timingSafeEqual } from 'node:crypto';
import { SIGNATURE_AHEAD_S } from '../limits.ts';

/** Terra sends the same value under either name, or both. */
const SIGNATURE_HEADERS = ['terra-signature', 'x-terra-signature'] as const;

export type SignatureReason = 'missing' | 'malformed' | 'mismatch' | 'stale' | 'future';

export type SignatureCheck =
  | { readonly state: 'valid' }
  | { readonly state: 'invalid'; readonly reason: SignatureReason };

export type SignatureRules = {
  /** Any one may match: several are valid while they are rotated. None may be empty. */
  readonly secrets: readonly string[];
  readonly toleranceSeconds: number;
  readonly nowSeconds: number;
};

type Signature = { readonly timestamp: string; readonly digests: readonly Uint8Array[] };

/** A check that is fed the body as it arrives. */
export type SignatureStream = {
  /** What no body could mend: no usable signature. */
  readonly refused: SignatureReason | null;
  readonly update: (chunk: Uint8Array) => void;
  readonly finish: () => SignatureCheck;
};

/**
 * Checks `t=<unix seconds>,v1=<hex>[,v1=<hex>...]`, where v1 is HMAC-SHA256 of `<t>.<raw body>`; other
 * schemes are ignored and any one v1 is enough (Terra, webhook security). The signature is checked before
 * the age, so that an unsigned timestamp says nothing. Throws without a secret, or with an empty one: what
 * anybody can compute proves nothing.
 */
export function startSignatureCheck(headers: Headers, rules: SignatureRules): SignatureStream {
  if (rules.secrets.length === 0 || rules.secrets.includes('')) throw new Error('no signing secret');
  const values = SIGNATURE_HEADERS.flatMap((name) => headers.get(name) ?? []);
  if (values.length === 0) return refusal('missing');
  const signatures = values.map(parseSignature).filter((signature) => signature !== null);
  if (signatures.length === 0) return refusal('malformed');
  const candidates = signatures.flatMap(({ timestamp, digests }) =>
    rules.secrets.map((secret) => ({
      timestamp,
      digests,
      hmac: createHmac('sha256', secret).update(`${timestamp}.`),
    })),
  );
  return {
    refused: null,
    update: (chunk) => {
      for (const { hmac } of candidates) hmac.update(chunk);
    },
    finish: () => {
      const matching = candidates.find(({ digests, hmac }) => {
        const expected = hmac.digest();
        return digests.some((digest) => timingSafeEqual(digest, expected));
      });
      return matching === undefined
        ? { state: 'invalid', reason: 'mismatch' }
        : checkAge(matching.timestamp, rules);
    },
  };
}

function checkAge(timestamp: string, rules: SignatureRules): SignatureCheck {
  const ageSeconds = rules.nowSeconds - Number(timestamp);
  if (ageSeconds > rules.toleranceSeconds) return { state: 'invalid', reason: 'stale' };
  if (ageSeconds < -SIGNATURE_AHEAD_S) return { state: 'invalid', reason: 'future' };
  return { state: 'valid' };
}

function refusal(reason: SignatureReason): SignatureStream {
  return { refused: reason, update: () => undefined, finish: () => ({ state: 'invalid', reason }) };
}

function parseSignature(header: string): Signature | null {
  let timestamp: string | null = null;
  const digests: Uint8Array[] = [];
  for (const part of header.split(',')) {
    const [scheme = '', value = ''] = part.trim().split('=', 2);
    if (scheme === 't' && /^\d{1,12}$/.test(value)) timestamp = value;
    if (scheme === 'v1' && /^[0-9a-f]{64}$/i.test(value)) digests.push(Buffer.from(value, 'hex'));
  }
  return timestamp === null || digests.length === 0 ? null : { timestamp, digests };
}
