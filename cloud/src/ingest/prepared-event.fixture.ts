import { sqliteText } from '../clock.ts';
import { EMPTY_CONNECTION, foldConnection } from '../fold/connection.ts';
import {
  asRawEventId,
  asTerraUploadId,
  asTerraUserId,
  asUserId,
  type TerraUserId,
  type UserId,
} from '../ids.ts';
import type {
  ConnectionContribution,
  Contribution,
  DailyContribution,
  LabReportContribution,
} from '../normalize/types.ts';
import { storedEvent } from '../store/raw-events.ts';
import type { PreparedEvent } from './prepared-event.ts';
import type { LabUploadRow, Snapshot } from './snapshot.ts';

/** Events and what is known, as values: nothing is read from anywhere. */

export const ANA = asUserId('user_ana');
export const BEN = asUserId('user_ben');
export const RING = asTerraUserId('terra-ring');

/** What of an event counts in a test; it is otherwise a `daily` of Ana's ring, which says nothing. */
export type EventWish = {
  readonly type?: string;
  readonly hints?: Partial<PreparedEvent['hints']>;
  readonly result?: PreparedEvent['result'];
  readonly contributions?: readonly Contribution[];
  readonly subjectHashes?: readonly string[];
  readonly force?: boolean;
};

export function preparedEvent(n: number, wish: EventWish = {}): PreparedEvent {
  const id = asRawEventId(n);
  const row = {
    id,
    received_at: sqliteText('2026-03-09 12:00:00.000'),
    event_type: wish.type ?? 'daily',
    terra_user_id: RING,
    reference_id: null,
    provider: 'oura',
    payload: '{}',
    payload_key: null,
    packed: null,
    payload_bytes: 2,
    fetched_key: null,
    dedup_key: `d${id}`,
    order_ms: null,
    request_id: `r${id}`,
    user_id: null,
  };
  const hints = {
    referenceUser: null,
    otherReferenceUsers: [],
    terraUserIds: [RING],
    uploadId: null,
    labSessionIds: [],
  };
  return {
    row,
    event: storedEvent(row),
    hints: { ...hints, ...wish.hints },
    subjectHashes: wish.subjectHashes ?? [],
    unknownFields: [],
    result: wish.result ?? normalized(...(wish.contributions ?? [])),
    force: wish.force ?? false,
  };
}

/** A result without faults. */
export function normalized(...contributions: readonly Contribution[]) {
  return { state: 'normalized', contributions, refused: null, notices: [] } as const;
}

/** A snapshot in which the events 1 to 9 are stored and unprocessed, and nobody is known. */
export function snapshotOf(known: Partial<Snapshot> = {}): Snapshot {
  return {
    progress: new Map(Array.from({ length: 9 }, (_, i) => [asRawEventId(i + 1), UNPROCESSED])),
    clocks: new Map(),
    rowCounts: new Map(),
    connections: new Map(),
    erasing: new Set(),
    uploads: [],
    labReports: new Map(),
    erased: new Set(),
    people: new Map(),
    statements: 0,
    ...known,
  };
}

export const UNPROCESSED = { processedAt: null, attempts: 0, processError: null, hadOutcome: false };
export const PROCESSED = {
  processedAt: sqliteText('2026-03-09 12:00:01.000'),
  attempts: 1,
  processError: null,
  hadOutcome: true,
};

/** Whose Terra ids are, as a snapshot knows them. */
export function connectionsOf(owners: Readonly<Record<string, UserId>>): Snapshot['connections'] {
  return new Map(
    Object.entries(owners).map(([terraId, userId]) => {
      const terraUserId = asTerraUserId(terraId);
      return [terraUserId, { userId, row: foldConnection(EMPTY_CONNECTION, [connected(terraUserId)]) }];
    }),
  );
}

/** The word that a connection was made, or how else it changed. */
export function connected(
  terraUserId: TerraUserId,
  change: ConnectionContribution['change'] = { state: 'connected', scopes: null },
  ms = 1_000,
): ConnectionContribution {
  return {
    kind: 'connection',
    terraUserId,
    provider: 'oura',
    referenceId: ANA,
    order: [1, ms, 'd', 0],
    change,
  };
}

/** A day's steps. */
export function steps(count: number, ms = 1_000): DailyContribution {
  const columns = { steps: count };
  return { kind: 'daily', source: 'oura', date: '2026-03-08', order: [1, ms, 'd', 0], columns };
}

/** How a report of a lab upload ended. */
export function labReport(
  ids: Partial<Pick<LabReportContribution, 'uploadId' | 'labSessionId'>>,
  outcome: LabReportContribution['outcome'] = { state: 'parsed' },
  ms = 1_000,
): LabReportContribution {
  return { kind: 'lab_report', uploadId: null, labSessionId: null, ...ids, order: [1, ms, 'd', 0], outcome };
}

/** An upload of Ana's that Terra has as `upload-1`. */
export function labUpload(changes: Partial<LabUploadRow> = {}): LabUploadRow {
  return {
    id: 'lab-1',
    userId: ANA,
    terraUploadId: asTerraUploadId('upload-1'),
    earlierIds: [],
    terraStatus: 'submitted',
    parsedAt: null,
    ...changes,
  };
}
