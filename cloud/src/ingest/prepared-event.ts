import { PAYLOAD_TOO_LARGE, parsePayload, readStoredPayload, type StoredPayload } from '../body/payload.ts';
import { type BodyPlace, bodyPlace, fetchedPlace, readGzippedText } from '../body/stored-body.ts';
import { errorText } from '../errors.ts';
import type { UserId } from '../ids.ts';
import { type Envelope, type OwnerHints, ownerHints, readEnvelope } from '../normalize/envelope.ts';
import { isLabEvent } from '../normalize/event-types.ts';
import { normalize } from '../normalize/normalize.ts';
import type { Normalized, StoredEvent } from '../normalize/types.ts';
import { unknownFields } from '../normalize/unknown-fields.ts';
import { idHash } from '../store/id-hash.ts';
import { type RawEventRow, storedEvent } from '../store/raw-events.ts';

/** An event read and normalized: all that does not depend on what the database holds. */
export type PreparedEvent = {
  readonly row: RawEventRow;
  readonly event: StoredEvent;
  readonly hints: OwnerHints;
  /** SHA-256 of every id in the envelope that an erased person may have had. */
  readonly subjectHashes: readonly string[];
  readonly result:
    | Normalized
    | { readonly state: 'payload_missing' }
    | { readonly state: 'threw'; readonly error: string };
  /** Fields of it that no schema has: `unknownFields`. None where they were not looked for. */
  readonly unknownFields: readonly string[];
  /** Normalize even though it was processed before. */
  readonly force: boolean;
};

/** A stored event whose payload is to be read; with its envelope where that was read on the way here. */
export type ReadableEvent = { readonly row: RawEventRow; readonly envelope?: Envelope | null };

export type PrepareSettings = {
  readonly force: boolean;
  readonly payloadHosts: readonly string[];
  /** Only an event that may be new is walked through for them: a fifth of the work of normalizing it. */
  readonly seeksUnknownFields: boolean;
};

const NO_HINTS: OwnerHints = {
  referenceUser: null,
  otherReferenceUsers: [],
  terraUserIds: [],
  uploadId: null,
  labSessionIds: [],
};

/**
 * Reads the payload and normalizes it. An R2 that fails throws, for the message to be retried; an object
 * that is not there is an outcome, and so is a bug in a normalizer: it must not take its batch along.
 */
export async function prepareEvent(
  bucket: R2Bucket,
  { row, envelope: known = null }: ReadableEvent,
  settings: PrepareSettings,
): Promise<PreparedEvent> {
  const { force, seeksUnknownFields } = settings;
  const payload = await readPayload(bucket, row);
  if (payload.state === 'missing') return eventWithoutPayload(row, { state: 'payload_missing' }, force);
  const { json } = payload;
  try {
    const envelope = known ?? readEnvelope(json);
    const event = deliveredEvent(row, envelope);
    const result: PreparedEvent['result'] =
      payload.state === 'too_large'
        ? { state: 'parked', code: PAYLOAD_TOO_LARGE }
        : normalize(event, json, settings);
    const hints = ownerHints(event, json);
    const owner = keptOwner(hints, row, event, result);
    const subjects =
      owner === null
        ? envelope.subjects
        : [owner, ...envelope.subjects.filter((id) => id !== event.terraUserId)];
    return {
      row,
      event,
      hints: owner === null ? hints : { ...hints, referenceUser: owner, terraUserIds: [] },
      subjectHashes: subjects.map(idHash),
      result,
      unknownFields: seeksUnknownFields ? unknownFields(event.eventType, json) : [],
      force,
    };
  } catch (error) {
    return {
      row,
      event: storedEvent(row),
      hints: NO_HINTS,
      subjectHashes: [],
      unknownFields: [],
      result: { state: 'threw', error: errorText(error) },
      force,
    };
  }
}

/**
 * Data stays with whom it was given to, however often it is normalized: its connection may have been settled as
 * another's since, and have been erased with them. What tells of the connection itself is judged by whose it is now.
 */
function keptOwner(
  { referenceUser }: OwnerHints,
  { user_id: owner }: RawEventRow,
  { eventType }: StoredEvent,
  result: PreparedEvent['result'],
): UserId | null {
  const isOfConnection =
    result.state === 'normalized' && result.contributions.some(({ kind }) => kind === 'connection');
  if (isOfConnection || isLabEvent(eventType)) return null;
  return referenceUser === null || referenceUser === owner ? owner : null;
}

/** An event of which nothing is known but its row. */
export function eventWithoutPayload(
  row: RawEventRow,
  result: PreparedEvent['result'],
  force: boolean,
): PreparedEvent {
  const subjects = [row.terra_user_id, row.reference_id].filter(
    (id): id is string => id !== null && id !== '',
  );
  const subjectHashes = subjects.map(idHash);
  return { row, event: storedEvent(row), hints: NO_HINTS, subjectHashes, result, unknownFields: [], force };
}

/** The body of a stored event, or of what a ping led to. */
export async function readPayload(bucket: R2Bucket, row: RawEventRow): Promise<StoredPayload> {
  return readBodyAt(bucket, fetchedPlace(row.fetched_key) ?? bodyPlace(row));
}

/** The body of a stored event itself, of a ping the ping's. */
export async function readBodyAt(bucket: R2Bucket, place: BodyPlace): Promise<StoredPayload> {
  if (place.state === 'object') return readStoredPayload(bucket, place.key);
  const text = place.state === 'text' ? place.text : await readGzippedText(bucket, place);
  return text === null ? { state: 'missing' } : { state: 'read', json: parsePayload(text) };
}

/** What a ping pointed at is the event, its user included; its order and its hash are the ping's. */
export function deliveredEvent(row: RawEventRow, envelope: Envelope): StoredEvent {
  if (row.fetched_key === null) return storedEvent(row);
  const { eventType, terraUserId, referenceId, provider } = envelope;
  return { ...storedEvent(row), eventType, terraUserId, referenceId, provider };
}
