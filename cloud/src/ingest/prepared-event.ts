import { sha256Hex } from '../digest.ts';
import { errorText } from '../errors.ts';
import { type OwnerClaim, ownerClaim, readEnvelope } from '../normalize/envelope.ts';
import { normalize } from '../normalize/normalize.ts';
import type { Normalized, StoredEvent } from '../normalize/types.ts';
import { type RawEventRow, storedEvent } from '../store/raw-events.ts';
import { parsePayload, readPayloadBytes } from './payload.ts';

/** An event read and normalized: all that does not depend on what the database holds. */
export type PreparedEvent = {
  readonly row: RawEventRow;
  readonly event: StoredEvent;
  readonly claim: OwnerClaim;
  /** SHA-256 of every id in the envelope that an erased person may have had. */
  readonly subjectHashes: readonly string[];
  readonly result:
    | Normalized
    | { readonly outcome: 'payload_missing' }
    | { readonly outcome: 'threw'; readonly error: string };
  /** Normalize even though it was processed before. */
  readonly force: boolean;
};

const NO_CLAIM: OwnerClaim = { referenceUser: null, terraUserIds: [], uploadId: null, sessionIds: [] };

/**
 * Reads the payload and normalizes it. An R2 that fails throws, for the message to be retried; an object
 * that is not there is an outcome, and so is a bug in a normalizer: it must not take its batch along.
 */
export async function prepareEvent(
  bucket: R2Bucket,
  row: RawEventRow,
  settings: { readonly force: boolean; readonly payloadHosts: readonly string[] },
): Promise<PreparedEvent> {
  const event = storedEvent(row);
  const { force } = settings;
  const body = await readPayloadBytes(bucket, row);
  if (body === null) {
    const subjects = [row.terra_user_id, row.reference_id].filter(
      (id): id is string => id !== null && id !== '',
    );
    const subjectHashes = subjects.map(sha256Hex);
    return { row, event, claim: NO_CLAIM, subjectHashes, result: { outcome: 'payload_missing' }, force };
  }
  const payload = parsePayload(body);
  try {
    return {
      row,
      event,
      claim: ownerClaim(event, payload),
      subjectHashes: readEnvelope(payload).subjects.map(sha256Hex),
      result: normalize(event, payload, settings),
      force,
    };
  } catch (error) {
    return {
      row,
      event,
      claim: NO_CLAIM,
      subjectHashes: [],
      result: { outcome: 'threw', error: errorText(error) },
      force,
    };
  }
}
