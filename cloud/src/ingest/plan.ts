import { isoTime, sqliteTime } from '../clock.ts';
import { ERROR_TEXT_MAX, FIRST_ATTEMPT_GRACE_MS, TRACE_PATHS_MAX } from '../limits.ts';
import type { Contribution } from '../normalize/types.ts';
import {
  clearTombstones,
  deleteRows,
  type Owned,
  writeHomes,
  writeRows,
  writeUsers,
} from '../store/commit-statements.ts';
import {
  type BackfillRow,
  blankEvents,
  type OutcomeRow,
  releaseForConnections,
  writeBackfills,
  writeConnections,
  writeLabReports,
  writeLabUploads,
  writeLargeRequests,
  writeOutcomes,
} from '../store/event-statements.ts';
import { guardStatement, type SeenFacts } from '../store/guard.ts';
import type { Statement } from '../store/statements.ts';
import { type Trace, writeTraces } from '../store/traces.ts';
import { backoffMs } from './backoff.ts';
import { foldPersonCommit, type PersonCommit } from './person-commit.ts';
import type { PreparedEvent } from './prepared-event.ts';
import type { Snapshot } from './snapshot.ts';
import { judge, type NewConnections, type Verdict } from './verdict.ts';

/** An event and what becomes of it. */
export type JudgedEvent = { readonly event: PreparedEvent; readonly verdict: Verdict };

/** One commit: its statements in order, and which of them answer ids to enqueue afterwards. */
export type CommitPlan = {
  readonly judged: readonly JudgedEvent[];
  readonly statements: readonly Statement[];
  /** Positions of statements that answer `id, payload_bytes` of released events. */
  readonly releases: readonly number[];
  /** Positions of statements that answer `id` of new outbox rows. */
  readonly backfills: readonly number[];
};

/** When the attempt runs, and since when its events have been worked on. */
export type AttemptTime = { readonly nowMs: number; readonly startedMs: number };

const HISTORY_RESOURCES = ['activity', 'sleep', 'daily', 'body'] as const;

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
  const rows = people.flatMap((person) => owned(person, person.changes.rows));
  const deletions = people.flatMap((person) => owned(person, person.changes.deletions));
  const now = isoTime(time.nowMs);
  const after = isoTime(time.nowMs + FIRST_ATTEMPT_GRACE_MS);
  const releases = releaseForConnections(releasedTerraIds(people), after);
  const backfills = writeBackfills(requestedBackfills(written, people, snapshot), now, after);
  const before: readonly Statement[] = [
    ...(written.length === 0 ? [] : [guardStatement(seenFacts(written, people, snapshot))]),
    ...writeUsers(
      people.filter((p) => p.isNewUser || p.isClockMoved).map((p): [string, string] => [p.userId, p.clock]),
    ),
    ...deleteRows(deletions),
    ...writeRows(rows),
    ...clearTombstones(rows),
    ...writeHomes(people.flatMap((person) => owned(person, person.changes.homes))),
    ...writeConnections(
      people.flatMap((p) => p.connections.map((c) => ({ ...c, userId: p.userId, id: newId() }))),
    ),
    ...writeLabReports(
      people.flatMap((p) => p.labReports.map(([key, report]) => ({ userId: p.userId, key, report }))),
    ),
    ...writeLabUploads(people.flatMap((p) => p.labUploads.map((u) => ({ ...u, clock: p.clock })))),
    ...writeLargeRequests(largeRequests(written)),
    ...writeTraces(tracesOf(written, snapshot), sqliteTime(time.nowMs)),
    ...writeOutcomes(written.map((one) => outcomeRow(one, snapshot, time))),
    ...blankEvents(written.filter(isOfErasedPerson).map(({ event }) => event.row.id)),
  ];
  return {
    judged,
    statements: [...before, ...releases, ...backfills],
    releases: releases.map((_, i) => before.length + i),
    backfills: backfills.map((_, i) => before.length + releases.length + i),
  };
}

function isWritten({ state }: Verdict): boolean {
  return state !== 'gone' && state !== 'already_processed' && state !== 'deferred';
}

/** Whether nothing of the event may stay. */
export function isOfErasedPerson({ verdict }: JudgedEvent): boolean {
  return verdict.state === 'skipped' && verdict.reason === 'user_erased';
}

function foldPeople(written: readonly JudgedEvent[], snapshot: Snapshot, nowMs: number): PersonCommit[] {
  const byUser = new Map<string, Contribution[]>();
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
  const claims = written.map(({ event }) => event.claim);
  return {
    clocks: new Map(people.map(({ userId }) => [userId, snapshot.clocks.get(userId) ?? null])),
    connectionOwners: new Map(
      claims.flatMap(({ terraUserIds }) =>
        terraUserIds.map((id): [string, string | null] => [id, snapshot.connections.get(id)?.userId ?? null]),
      ),
    ),
    processedAt: new Map(
      written.map(({ event }) => [event.row.id, snapshot.progress.get(event.row.id)?.processedAt ?? null]),
    ),
    uploadOwners: new Map(
      claims.flatMap(({ uploadId }): [string, string | null][] => {
        if (uploadId === null) return [];
        return [[uploadId, snapshot.uploads.find((u) => u.terraUploadId === uploadId)?.userId ?? null]];
      }),
    ),
  };
}

function owned<Change>(person: PersonCommit, changes: readonly Change[]): readonly Owned<Change>[] {
  return changes.map((change) => ({ userId: person.userId, clock: person.clock, change }));
}

function releasedTerraIds(people: readonly PersonCommit[]): readonly string[] {
  return people.flatMap(({ connections }) => connections.map(({ terraUserId }) => terraUserId));
}

/** An `auth` asks for the recent history, unless the connection has meanwhile ended. */
function requestedBackfills(
  written: readonly JudgedEvent[],
  people: readonly PersonCommit[],
  snapshot: Snapshot,
): BackfillRow[] {
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

function largeRequests(written: readonly JudgedEvent[]): [string, string, number | null][] {
  return written.flatMap(({ verdict }) => {
    if (verdict.state !== 'skipped' || verdict.userId === null) return [];
    const { userId } = verdict;
    return verdict.contributions.flatMap((contribution): [string, string, number | null][] =>
      contribution.kind === 'large_request'
        ? [[userId, contribution.reference, contribution.expectedPayloads]]
        : [],
    );
  });
}

function outcomeRow({ event, verdict }: JudgedEvent, snapshot: Snapshot, time: AttemptTime): OutcomeRow {
  const attempts = (snapshot.progress.get(event.row.id)?.attempts ?? 0) + 1;
  const isFinal = verdict.state === 'normalized' || verdict.state === 'skipped';
  return {
    id: event.row.id,
    processedAt: isFinal ? sqliteTime(time.nowMs) : null,
    processError: processError(verdict),
    attempts,
    nextAttemptAt: isFinal ? null : isoTime(time.nowMs + backoffMs(attempts)),
    userId: 'userId' in verdict ? verdict.userId : null,
    durationMs: time.nowMs - time.startedMs,
  };
}

/** The `process_error` column of a verdict. */
export function processError(verdict: Verdict): string | null {
  switch (verdict.state) {
    case 'normalized':
      return verdict.refused === null ? null : `payload_invalid:${verdict.refused}`;
    case 'skipped':
      return `skipped:${verdict.reason}`;
    case 'parked':
      return verdict.code;
    case 'failed':
      return verdict.error.slice(0, ERROR_TEXT_MAX);
    default:
      return null;
  }
}

/** Success writes no trace: receipt and outcome are columns of raw_events. What went otherwise does, once per cause. */
function tracesOf(written: readonly JudgedEvent[], snapshot: Snapshot): Trace[] {
  return written.flatMap(({ event, verdict }) => {
    const about = {
      requestId: event.row.request_id,
      terraUserId: event.row.terra_user_id,
      rawEventId: event.row.id,
      userId: 'userId' in verdict ? verdict.userId : null,
    };
    const message = processError(verdict);
    const isKnown = message === snapshot.progress.get(event.row.id)?.processError;
    if (verdict.state === 'parked' || verdict.state === 'failed') {
      const isFailure = verdict.state === 'failed';
      return isKnown
        ? []
        : [
            {
              ...about,
              message,
              level: isFailure ? 'error' : 'warn',
              event: isFailure ? 'normalize_failed' : 'normalize_parked',
            } satisfies Trace,
          ];
    }
    if (verdict.state !== 'normalized') return [];
    const refused: Trace[] =
      message === null || isKnown ? [] : [{ ...about, message, level: 'warn', event: 'normalize_refused' }];
    if (verdict.notices.length === 0) return refused;
    const details = {
      count: verdict.notices.length,
      paths: verdict.notices.slice(0, TRACE_PATHS_MAX).map(({ path, reason }) => `${path}: ${reason}`),
    };
    return [...refused, { ...about, level: 'warn', event: 'value_out_of_range', details } satisfies Trace];
  });
}
