import { type ParkedCode, type SkippedReason, skippedError } from '../event-codes.ts';
import type { LabSessionId, TerraUploadId, TerraUserId, UserId } from '../ids.ts';
import type { Contribution, Notice } from '../normalize/types.ts';
import { connectionEventOwner, labEventOwner, type OwnerAnswer, type OwnerFacts } from './owner.ts';
import type { PreparedEvent } from './prepared-event.ts';
import { type Snapshot, uploadOwners } from './snapshot.ts';

/** What becomes of one event in this attempt. */
export type Verdict =
  | { readonly state: 'gone' }
  | { readonly state: 'already_processed' }
  /** Its connection is being made in this very commit: next attempt. */
  | { readonly state: 'deferred' }
  | {
      readonly state: 'normalized';
      readonly userId: UserId | null;
      readonly contributions: readonly Contribution[];
      readonly refused: string | null;
      readonly notices: readonly Notice[];
    }
  | {
      readonly state: 'skipped';
      readonly userId: UserId | null;
      readonly reason: SkippedReason;
      readonly contributions: readonly Contribution[];
    }
  | { readonly state: 'parked'; readonly code: ParkedCode }
  | { readonly state: 'failed'; readonly error: string };

/** Terra ids that events of this attempt have just tied to a user. */
export type NewConnections = Map<TerraUserId, UserId>;

/** Judges one event against the snapshot. Events are judged in order of receipt; `connected` carries what earlier ones tied. */
export function judge(event: PreparedEvent, snapshot: Snapshot, connected: NewConnections): Verdict {
  const progress = snapshot.progress.get(event.row.id);
  if (progress === undefined) return { state: 'gone' };
  if (progress.processedAt !== null && !event.force) return { state: 'already_processed' };
  // A row that was blanked names nobody any more: replayed, it stays what it is.
  const isBlank = progress.processError === skippedError('user_erased');
  if (isBlank || isOfErased(event, snapshot, connected)) {
    return { state: 'skipped', userId: null, reason: 'user_erased', contributions: [] };
  }
  const { result } = event;
  switch (result.state) {
    case 'threw':
      return { state: 'failed', error: result.error };
    case 'payload_missing':
      return { state: 'parked', code: 'payload_missing' };
    case 'parked':
      return { state: 'parked', code: result.code };
    case 'skipped':
      return judgeSkipped(event, result, snapshot, connected);
    case 'normalized':
      return judgeNormalized(event, result, snapshot, connected);
  }
}

/** It names an erased person, or belongs to one who is being erased. */
function isOfErased(event: PreparedEvent, snapshot: Snapshot, connected: NewConnections): boolean {
  if (event.subjectHashes.some((hash) => snapshot.erased.has(hash))) return true;
  if (snapshot.erasing.size === 0) return false;
  const owner = ownerOf(event, snapshot, connected);
  return owner.state === 'known' && snapshot.erasing.has(owner.userId);
}

type SkippedResult = Extract<PreparedEvent['result'], { state: 'skipped' }>;

/**
 * What is skipped makes nobody known and waits for nobody, unless it tells of progress, which would be lost:
 * that belongs to its person like any other news.
 */
function judgeSkipped(
  event: PreparedEvent,
  { reason, contributions }: SkippedResult,
  snapshot: Snapshot,
  connected: NewConnections,
): Verdict {
  const owner = ownerOf(event, snapshot, connected);
  if (contributions.length === 0) {
    const userId = owner.state === 'known' && snapshot.clocks.has(owner.userId) ? owner.userId : null;
    return { state: 'skipped', userId, reason, contributions };
  }
  if (owner.state === 'unknown') return waiting(event, owner.code, connected);
  return { state: 'skipped', userId: owner.userId, reason, contributions };
}

/** An event whose owner is not known: parked, or judged again right after the commit that makes them known. */
function waiting(event: PreparedEvent, code: ParkedCode, connected: NewConnections): Verdict {
  const isBeingConnected = event.hints.terraUserIds.some((id) => connected.has(id));
  return isBeingConnected && code === 'no_connection_for_terra_user'
    ? { state: 'deferred' }
    : { state: 'parked', code };
}

type NormalizedResult = Extract<PreparedEvent['result'], { state: 'normalized' }>;

function judgeNormalized(
  event: PreparedEvent,
  { contributions, refused, notices }: NormalizedResult,
  snapshot: Snapshot,
  connected: NewConnections,
): Verdict {
  if (event.event.eventType === 'auth_cancelled') {
    return { state: 'normalized', userId: null, contributions: [], refused, notices };
  }
  const owner = ownerOf(event, snapshot, connected);
  if (owner.state === 'unknown') return waiting(event, owner.code, connected);
  const { userId } = owner;
  const settled: Contribution[] = [];
  for (const contribution of contributions) {
    if (contribution.kind !== 'lab_report' || contribution.uploadId !== null) settled.push(contribution);
    else {
      const isFailure = contribution.outcome.state === 'failed';
      const uploadId =
        uploadOfLabSession(userId, contribution.labSessionId, snapshot) ??
        (isFailure ? onlyUnfinishedUpload(userId, snapshot) : null);
      if (uploadId === null && isFailure) {
        return { state: 'parked', code: 'no_lab_upload_for_upload_id' };
      }
      settled.push({ ...contribution, uploadId });
    }
  }
  for (const contribution of settled) {
    if (contribution.kind === 'connection') connected.set(contribution.terraUserId, userId);
  }
  return { state: 'normalized', userId, contributions: settled, refused, notices };
}

function ownerOf(event: PreparedEvent, snapshot: Snapshot, connected: NewConnections): OwnerAnswer {
  const facts: OwnerFacts = {
    connectionOwner: (terraUserId) =>
      snapshot.connections.get(terraUserId)?.userId ??
      (event.hints.referenceUser === null ? null : (connected.get(terraUserId) ?? null)),
    uploadOwners: (uploadId) => uploadOwners(uploadId, snapshot),
    labSessionOwners: (labSessionId) =>
      [...snapshot.labReports].flatMap(([userId, reports]) =>
        [...reports.values()].some((report) => report.labSessionId === labSessionId) ? [userId] : [],
      ),
  };
  return event.event.eventType.startsWith('lab_report')
    ? labEventOwner(event.hints, facts)
    : connectionEventOwner(event.hints, facts);
}

/** The upload that an earlier report of this session named. */
function uploadOfLabSession(
  userId: UserId,
  labSessionId: LabSessionId | null,
  snapshot: Snapshot,
): TerraUploadId | null {
  const reports = [...(snapshot.labReports.get(userId)?.values() ?? [])];
  const named = reports.find(
    (report) =>
      labSessionId !== null && report.labSessionId === labSessionId && report.terraUploadId !== null,
  );
  return named?.terraUploadId ?? null;
}

/**
 * The person's only unfinished upload, for a failure that names none. A result needs no upload to be kept, and
 * is never guessed to be of one: what it was taken for would depend on when it was read.
 */
function onlyUnfinishedUpload(userId: UserId, snapshot: Snapshot): TerraUploadId | null {
  // An upload that has no id of Terra's yet counts too: the report may be about it.
  const [only, ...others] = snapshot.uploads.filter(
    (upload) =>
      upload.userId === userId && (upload.terraStatus === 'pending' || upload.terraStatus === 'submitted'),
  );
  return others.length === 0 ? (only?.terraUploadId ?? null) : null;
}
