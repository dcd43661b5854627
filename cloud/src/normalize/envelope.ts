import {
  asLabSessionId,
  asTerraUploadId,
  type LabSessionId,
  type TerraUploadId,
  type TerraUserId,
  type UserId,
} from '../ids.ts';
import { isLabEvent } from './event-types.ts';
import { isOwnUserId, readUserIds } from './event-user.ts';
import { entriesAt, isJsonObject, valueAt } from './json-path.ts';
import { readId, readIdAs } from './text.ts';
import type { StoredEvent } from './types.ts';

const EVENT_TYPE_MAX_CHARS = 100;

/** What a delivery is and whom it names, told from the parsed body alone. */
export type Envelope = {
  /** `type`, or `lab_report` told by shape, or `unknown`. */
  readonly eventType: string;
  /** Terra's id of the connection (of the new one in `user_reauth`), `''` where there is none. */
  readonly terraUserId: TerraUserId | '';
  /** `reference_id`; for lab events Terra's `upload_id`. */
  readonly referenceId: string | null;
  /** Lower case. */
  readonly provider: string | null;
  /** Every id that could be that of an erased person: references, Terra ids, upload ids; each once. */
  readonly subjects: readonly string[];
};

/** By what an event's owner can be found; see `readEnvelope` for what it is. */
export type OwnerHints = {
  /** The `reference_id` that is one of our user ids. */
  readonly referenceUser: UserId | null;
  /** Further ids of ours that a lab event names, around its reports or inside: then it says two things. */
  readonly otherReferenceUsers: readonly UserId[];
  /** Terra ids under which a connection may be known, the one to prefer first. */
  readonly terraUserIds: readonly TerraUserId[];
  /** Terra's upload id, lab events only. */
  readonly uploadId: TerraUploadId | null;
  /** Sessions of the reports, lab events only. */
  readonly labSessionIds: readonly LabSessionId[];
};

/** Classifies a parsed webhook body. Never throws, whatever the body is. */
export function readEnvelope(payload: unknown): Envelope {
  const eventType = readEventType(payload);
  const user = readUserIds(payload, eventType === 'user_reauth' ? 'new_user' : 'user');
  return {
    eventType,
    terraUserId: user.userId ?? '',
    referenceId: readReference(eventType, payload, user.referenceId),
    provider: user.provider,
    subjects: readSubjects(eventType, payload),
  };
}

/** Whose event it says it is. Whether that is true is settled by the consumer. */
export function ownerHints(event: StoredEvent, payload: unknown): OwnerHints {
  const user = readUserIds(payload, 'user');
  const newUser = readUserIds(payload, 'new_user');
  const isLab = isLabEvent(event.eventType);
  const isReauth = event.eventType === 'user_reauth';
  const references = isLab
    ? [
        user.referenceId,
        readId(valueAt(payload, 'reference_id')),
        readId(valueAt(payload, 'data.reference_id')),
        ...entriesAt(payload, 'data').map((report) => readId(valueAt(report, 'reference_id'))),
      ]
    : [isReauth ? newUser.referenceId : user.referenceId];
  const [referenceUser = null, ...otherReferenceUsers] = distinct(references.filter(isOwnUserId));
  const terraIds = isReauth ? [newUser.userId, readUserIds(payload, 'old_user').userId] : [user.userId];
  const stored = event.terraUserId === '' ? null : event.terraUserId;
  return {
    referenceUser,
    otherReferenceUsers,
    terraUserIds: distinct(terraIds.every((id) => id === null) ? [stored] : terraIds),
    uploadId: isLab ? labUploadId(event, payload) : null,
    labSessionIds: isLab ? readSessionIds(payload) : [],
  };
}

/** Terra's id of the upload, which the stored event carries as its reference. */
export function labUploadId(event: StoredEvent, payload: unknown): TerraUploadId | null {
  const stored = event.referenceId === null ? null : asTerraUploadId(event.referenceId);
  return readIdAs(valueAt(payload, 'upload_id'), asTerraUploadId) ?? stored;
}

function readEventType(payload: unknown): string {
  const type = valueAt(payload, 'type');
  if (typeof type === 'string' && type.length <= EVENT_TYPE_MAX_CHARS) {
    const storable = readId(type);
    if (storable !== null) return storable;
  }
  return isUntypedLabReport(payload) ? 'lab_report' : 'unknown';
}

/** A lab report of the old kind: `{upload_id, data: [...]}`, without type and user. */
function isUntypedLabReport(payload: unknown): boolean {
  return (
    readId(valueAt(payload, 'upload_id')) !== null &&
    Array.isArray(valueAt(payload, 'data')) &&
    !isJsonObject(valueAt(payload, 'user'))
  );
}

function readReference(eventType: string, payload: unknown, usersReference: string | null): string | null {
  if (isLabEvent(eventType)) return readId(valueAt(payload, 'upload_id'));
  // A cancelled authentication has no user object, only the reference it was started with.
  if (eventType === 'auth_cancelled') return usersReference ?? readId(valueAt(payload, 'reference_id'));
  return usersReference;
}

function readSubjects(eventType: string, payload: unknown): readonly string[] {
  const users = (['user', 'new_user', 'old_user'] as const).map((key) => readUserIds(payload, key));
  const ids = users.flatMap(({ userId, referenceId }) => [userId, referenceId]);
  ids.push(readId(valueAt(payload, 'reference_id')), readId(valueAt(payload, 'upload_id')));
  if (isLabEvent(eventType)) {
    ids.push(readId(valueAt(payload, 'data.reference_id')));
    for (const report of entriesAt(payload, 'data')) ids.push(readId(valueAt(report, 'reference_id')));
  }
  return distinct(ids);
}

function readSessionIds(payload: unknown): readonly LabSessionId[] {
  const reports = [payload, valueAt(payload, 'data'), ...entriesAt(payload, 'data')];
  return distinct(reports.map((report) => readIdAs(valueAt(report, 'session_id'), asLabSessionId)));
}

function distinct<Id extends string>(ids: readonly (Id | null)[]): readonly Id[] {
  return [...new Set(ids.filter((id) => id !== null))];
}
