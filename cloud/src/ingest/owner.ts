import type { ParkedCode } from '../event-codes.ts';
import type { LabSessionId, TerraUploadId, TerraUserId, UserId } from '../ids.ts';
import type { OwnerHints } from '../normalize/envelope.ts';

/** What a snapshot knows about whose a Terra id, an upload or a lab session is. */
export type OwnerFacts = {
  readonly connectionOwner: (terraUserId: TerraUserId) => UserId | null;
  /** Several where Terra gave one id to several people. */
  readonly uploadOwners: (terraUploadId: TerraUploadId) => readonly UserId[];
  readonly labSessionOwners: (labSessionId: LabSessionId) => readonly UserId[];
};

export type OwnerParkedCode = Extract<
  ParkedCode,
  'no_connection_for_terra_user' | 'no_lab_upload_for_upload_id' | 'owner_conflict'
>;

/** Whose an event is, or what it has to wait for. */
export type OwnerAnswer =
  | { readonly state: 'known'; readonly userId: UserId }
  | { readonly state: 'unknown'; readonly code: OwnerParkedCode };

/**
 * The owner of a device or connection event: the user its reference names, else whoever has the Terra id,
 * deactivated connections included. Two answers that differ never settle themselves: data does not change
 * hands by a message.
 */
export function connectionEventOwner(hints: OwnerHints, facts: OwnerFacts): OwnerAnswer {
  const answers = [hints.referenceUser, ...hints.terraUserIds.map(facts.connectionOwner)];
  return onlyAnswer(answers, 'no_connection_for_terra_user');
}

/**
 * The owner of a lab event: the user of the upload, of an earlier report of the session, or the envelope's own
 * reference. An id that another person has too says nothing about whose the event is.
 */
export function labEventOwner(hints: OwnerHints, facts: OwnerFacts): OwnerAnswer {
  const byUpload = hints.uploadId === null ? [] : facts.uploadOwners(hints.uploadId);
  const answers = [
    hints.referenceUser,
    ...hints.otherReferenceUsers,
    ...byUpload,
    ...hints.labSessionIds.flatMap(facts.labSessionOwners),
  ];
  return onlyAnswer(answers, 'no_lab_upload_for_upload_id');
}

function onlyAnswer(answers: readonly (UserId | null)[], otherwise: OwnerParkedCode): OwnerAnswer {
  const [userId, ...others] = new Set(answers.filter((answer) => answer !== null));
  if (userId === undefined) return { state: 'unknown', code: otherwise };
  return others.length === 0 ? { state: 'known', userId } : { state: 'unknown', code: 'owner_conflict' };
}
