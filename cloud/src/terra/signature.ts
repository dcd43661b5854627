import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SignatureReason } from '../contract/stats.ts';
import { SIGNATURE_AHEAD_S } from '../limits.ts';

/** Terra sends the same value under either name, or both. */
const SIGNATURE_HEADERS = ['terra-signature', 'x-terra-signature'] as const;

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
  /** What no body could mend: no usable signature, or none of an age that is taken. */
  readonly refused: SignatureReason | null;
  readonly update: (chunk: Uint8Array) => void;
  readonly finish: () => SignatureCheck;
};

/**
 * Checks `t=<unix seconds>,v1=<hex>[,v1=<hex>...]`, where v1 is HMAC-SHA256 of `<t>.<raw body>`; other
 * schemes are ignored and any one v1 is enough (Terra, webhook security). The age is looked at first, so that
 * nothing is read of a body whose signature would be too old or too far ahead even if it matched. Throws without
 * a secret, or with an empty one: what anybody can compute proves nothing.
 */
export function startSignatureCheck(headers: Headers, rules: SignatureRules): SignatureStream {
  if (rules.secrets.length === 0 || rules.secrets.includes('')) throw new Error('no signing secret');
  const values = SIGNATURE_HEADERS.flatMap((name) => headers.get(name) ?? []);
  if (values.length === 0) return refusal('missing');
  const signatures = values.map(parseSignature).filter((signature) => signature !== null);
  const [first] = signatures;
  if (first === undefined) return refusal('malformed');
  const inTime = signatures.filter(({ timestamp }) => ageFault(timestamp, rules) === null);
  if (inTime.length === 0) return refusal(ageFault(first.timestamp, rules) ?? 'stale');
  const candidates = inTime.flatMap(({ timestamp, digests }) =>
    rules.secrets.map((secret) => ({
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
      const isMatch = candidates.some(({ digests, hmac }) => {
        const expected = hmac.digest();
        return digests.some((digest) => timingSafeEqual(digest, expected));
      });
      return isMatch ? { state: 'valid' } : { state: 'invalid', reason: 'mismatch' };
    },
  };
}

function ageFault(timestamp: string, rules: SignatureRules): 'stale' | 'future' | null {
  const ageSeconds = rules.nowSeconds - Number(timestamp);
  if (ageSeconds > rules.toleranceSeconds) return 'stale';
  return ageSeconds < -SIGNATURE_AHEAD_S ? 'future' : null;
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
