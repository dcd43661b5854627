import { isoTime, sqliteTime, type UnixMs } from '../clock.ts';
import { EVENT_OUTCOMES, type EventOutcome } from '../contract/stats.ts';
import type { TerraUploadId, TerraUserId, UserId } from '../ids.ts';
import { FIRST_ATTEMPT_GRACE_MS } from '../limits.ts';
import { HISTORY_RESOURCES } from '../normalize/event-types.ts';
import type { Contribution } from '../normalize/types.ts';
import { type NewBackfill, storeBackfillsStatements } from '../store/backfills.ts';
import { storeConnectionsStatements } from '../store/connections.ts';
import { blankEventsStatements, storeOutcomesStatements } from '../store/event-outcomes.ts';
import { guardStatement, ownersFact, type SeenFacts } from '../store/guard.ts';
import { storeLabReportsStatements } from '../store/lab-reports.ts';
import { type LabUploadStanding, storeLabStandingsStatements } from '../store/lab-uploads.ts';
import { type LargeRequestRow, storeLargeRequestsStatements } from '../store/large-requests.ts';
import { countOutcomesStatements } from '../store/outcome-counts.ts';
import { moveClocksStatements } from '../store/person-clock.ts';
import { releaseForConnectionsStatements } from '../store/releases.ts';
import type { Statement } from '../store/statements.ts';
import { storeTracesStatements } from '../store/traces.ts';
import { countUnknownFieldsStatements, type UnknownField } from '../store/unknown-fields.ts';
import {
  type AttemptTime,
  isOfErasedPerson,
  type JudgedEvent,
  outcomeRow,
  tracesOf,
} from './event-outcome.ts';
import { foldPersonCommit, type PersonCommit } from './person-commit.ts';
import type { PreparedEvent } from './prepared-event.ts';
import { type Progress, type Snapshot, uploadOwners } from './snapshot.ts';
import { storeChangesStatements } from './stored-changes.ts';
import { judge, type NewConnections, type Verdict } from './verdict.ts';

/** One commit: its statements in order, and which of them answer ids to enqueue afterwards. */
export type CommitPlan = {
  readonly judged: readonly JudgedEvent[];
  readonly statements: readonly Statement[];
  /** Positions of statements that answer `id, payload_bytes` of released events. */
  readonly releases: readonly number[];
  /** Positions of statements that answer `id` of new outbox rows. */
  readonly backfills: readonly number[];
};

/** Judges events in order of receipt, folds them person by person, and writes out the commit. Pure but for new ids. */
export function planCommit(
  events: readonly PreparedEvent[],
  snapshot: Snapshot,
  time: AttemptTime,
  newId: () => string,
): CommitPlan {
  const connected: NewConnections = new Map();
  const judged = events
    .toSorted((a, b) => a.row.id - b.row.id)
    .map((event) => ({ event, verdict: judge(event, snapshot, connected) }));
  const written = judged.filter(({ verdict }) => isWritten(verdict));
  const people = foldPeople(written, snapshot, time.nowMs);
  const now = isoTime(time.nowMs);
  const after = isoTime(time.nowMs + FIRST_ATTEMPT_GRACE_MS);
  const releases = releaseForConnectionsStatements(releasedTerraIds(people), now, after);
  const backfills = storeBackfillsStatements(requestedBackfills(written, people, snapshot), now, after);
  const before: readonly Statement[] = [
    ...(written.length === 0 ? [] : [guardStatement(seenFacts(written, people, snapshot))]),
    ...moveClocksStatements(people.filter((p) => p.isNewUser || p.isClockMoved)),
    ...storeChangesStatements(people),
    ...storeConnectionsStatements(
      people.flatMap((p) => p.connections.map((c) => ({ ...c, userId: p.userId, id: newId() }))),
    ),
    ...storeLabReportsStatements(
      people.flatMap((p) => p.labReports.map(([key, report]) => ({ userId: p.userId, key, report }))),
    ),
    ...storeLabStandingsStatements(people.flatMap(standings)),
    ...storeLargeRequestsStatements(largeRequests(written), now),
    ...storeTracesStatements(tracesOf(written, snapshot), sqliteTime(time.nowMs)),
    ...countUnknownFieldsStatements(unknownFieldsOf(written, snapshot), now),
    ...countOutcomesStatements(countedOutcomes(written, snapshot), time.nowMs),
    ...storeOutcomesStatements(written.map((one) => outcomeRow(one, snapshot, time))),
    ...blankEventsStatements(written.filter(isOfErasedPerson).map(({ event }) => event.row.id)),
  ];
  return {
    judged,
    statements: [...before, ...releases, ...backfills],
    releases: releases.map((_, i) => before.length + i),
    backfills: backfills.map((_, i) => before.length + releases.length + i),
  };
}

function isWritten({ state }: Verdict): boolean {
  switch (state) {
    case 'gone':
    case 'already_processed':
    case 'deferred':
      return false;
    case 'normalized':
    case 'skipped':
    case 'parked':
    case 'failed':
      return true;
  }
}

function foldPeople(written: readonly JudgedEvent[], snapshot: Snapshot, nowMs: UnixMs): PersonCommit[] {
  const byUser = new Map<UserId, Contribution[]>();
  for (const { verdict } of written) {
    if (!('userId' in verdict) || verdict.userId === null) continue;
    const contributions = byUser.get(verdict.userId) ?? [];
    for (const contribution of verdict.contributions) contributions.push(contribution);
    byUser.set(verdict.userId, contributions);
  }
  return [...byUser].map(([userId, contributions]) =>
    foldPersonCommit(userId, contributions, snapshot, nowMs),
  );
}

function seenFacts(
  written: readonly JudgedEvent[],
  people: readonly PersonCommit[],
  snapshot: Snapshot,
): SeenFacts {
  const hints = written.map(({ event }) => event.hints);
  const ofOthers = written.filter((one) => !isOfErasedPerson(one));
  return {
    unmarked: ofOthers.flatMap(({ event }) => event.subjectHashes),
    clocks: new Map(people.map(({ userId }) => [userId, snapshot.clocks.get(userId) ?? null])),
    connectionOwners: new Map(
      hints.flatMap(({ terraUserIds }) =>
        terraUserIds.map((id): [TerraUserId, UserId | null] => [
          id,
          snapshot.connections.get(id)?.userId ?? null,
        ]),
      ),
    ),
    processedAt: new Map(
      written.map(({ event }) => [event.row.id, snapshot.progress.get(event.row.id)?.processedAt ?? null]),
    ),
    uploadOwners: new Map(
      hints.flatMap(({ uploadId }): [TerraUploadId, string | null][] => {
        if (uploadId === null) return [];
        return [[uploadId, ownersFact(uploadOwners(uploadId, snapshot))]];
      }),
    ),
  };
}

function standings({ clock, labUploads }: PersonCommit): readonly LabUploadStanding[] {
  return labUploads.map(({ id, terraStatus, parsedAt }) => ({
    id,
    terra_status: terraStatus,
    parsed_at: parsedAt,
    updated_at: clock,
  }));
}

/** Of events that are read for the first time: a replay has nothing new. No word of whose they are. */
function unknownFieldsOf(written: readonly JudgedEvent[], snapshot: Snapshot): readonly UnknownField[] {
  return written.flatMap(({ event, verdict }) => {
    const isReplay = snapshot.progress.get(event.row.id)?.processedAt != null;
    if (verdict.state !== 'normalized' || isReplay) return [];
    return event.unknownFields.map((path) => ({ event_type: event.event.eventType, path }));
  });
}

/** How attempts ended. What ends an event again, at a replay, is not counted again. */
function countedOutcomes(written: readonly JudgedEvent[], snapshot: Snapshot): readonly EventOutcome[] {
  return written
    .filter(({ event }) => !hasEnded(snapshot.progress.get(event.row.id)))
    .flatMap(({ verdict }) => EVENT_OUTCOMES.filter((outcome) => outcome === verdict.state));
}

/** One that was tried and waits without a reason was set back by hand: what fails or is parked says why. */
function hasEnded(progress: Progress | undefined): boolean {
  if (progress === undefined) return false;
  const { processedAt, attempts, processError, hadOutcome } = progress;
  return processedAt !== null || ((attempts > 0 || hadOutcome) && processError === null);
}

function releasedTerraIds(people: readonly PersonCommit[]): readonly TerraUserId[] {
  return people.flatMap(({ connections }) => connections.map(({ terraUserId }) => terraUserId));
}

/** An `auth` asks for the recent history, unless the connection has meanwhile ended. */
function requestedBackfills(
  written: readonly JudgedEvent[],
  people: readonly PersonCommit[],
  snapshot: Snapshot,
): NewBackfill[] {
  const ended = new Set(
    people.flatMap(({ connections }) =>
      connections.flatMap(({ terraUserId, columns }) =>
        columns.deactivated_at === null ? [] : [terraUserId],
      ),
    ),
  );
  return written.flatMap(({ event, verdict }) => {
    if (verdict.state !== 'normalized' || verdict.userId === null) return [];
    const isReplay = snapshot.progress.get(event.row.id)?.processedAt != null;
    if (isReplay) return [];
    const { userId } = verdict;
    return verdict.contributions.flatMap((contribution) =>
      contribution.kind === 'backfill' && !ended.has(contribution.terraUserId)
        ? HISTORY_RESOURCES.map((resource) => ({
            id: `auth:${event.row.dedup_key}:${resource}`,
            userId,
            terraUserId: contribution.terraUserId,
            resource,
            startDate: contribution.startDate,
            endDate: contribution.endDate,
            importId: null,
            rawEventId: event.row.id,
          }))
        : [],
    );
  });
}

function largeRequests(written: readonly JudgedEvent[]): LargeRequestRow[] {
  return written.flatMap(({ verdict }) => {
    if (verdict.state !== 'skipped' || verdict.userId === null) return [];
    const { userId } = verdict;
    return verdict.contributions.flatMap((contribution): LargeRequestRow[] => {
      if (contribution.kind !== 'large_request') return [];
      const { reference, expectedPayloads } = contribution;
      return [{ user_id: userId, reference, expected_payloads: expectedPayloads }];
    });
  });
}
