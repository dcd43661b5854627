import type { Brand } from './brand.ts';

/**
 * Ids that cannot be mixed up. Each has one function that makes it, where it enters the system: a token, an
 * envelope, a path, a queue message. Rows have it in the type under which they are read.
 */

/** Ours: the `sub` of a token, and the `reference_id` under which Terra knows the person. */
export type UserId = Brand<string, 'UserId'>;

export function asUserId(text: string): UserId {
  return text as UserId;
}

/** Terra's, of one connection of a person to a device. */
export type TerraUserId = Brand<string, 'TerraUserId'>;

export function asTerraUserId(text: string): TerraUserId {
  return text as TerraUserId;
}

/** Terra's, of a lab file that it was sent; not our id of the upload, which may be sent more than once. */
export type TerraUploadId = Brand<string, 'TerraUploadId'>;

export function asTerraUploadId(text: string): TerraUploadId {
  return text as TerraUploadId;
}

/** Terra's, of one lab report that it read; not a session of somebody who is signed in. */
export type LabSessionId = Brand<string, 'LabSessionId'>;

export function asLabSessionId(text: string): LabSessionId {
  return text as LabSessionId;
}

/** A row of `raw_events`: a stored delivery. */
export type RawEventId = Brand<number, 'RawEventId'>;

export function asRawEventId(id: number): RawEventId {
  return id as RawEventId;
}

/** An id that tells when it was made, to the millisecond (UUIDv7, RFC 9562, 5.7), and cannot be guessed: 74 bits are random. */
export function timedId(nowMs: number): string {
  const [, rest = ''] = /^.{14}(.*)$/.exec(crypto.randomUUID()) ?? [];
  const time = nowMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(1)}`;
}

const TIMED_ID = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** When such an id was made, in Unix ms; null of any other text. */
export function timeOfId(id: string): number | null {
  const [, seconds, rest] = TIMED_ID.exec(id) ?? [];
  return seconds === undefined || rest === undefined ? null : Number.parseInt(seconds + rest, 16);
}
