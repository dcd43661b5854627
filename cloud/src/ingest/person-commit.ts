import { type IsoTime, isoTime, type UnixMs, unixMsOf } from '../clock.ts';
import { changesBetween, type PersonChanges } from '../fold/changes.ts';
import {
  type ConnectionColumns,
  type ConnectionRow,
  EMPTY_CONNECTION,
  foldConnection,
  shownConnection,
} from '../fold/connection.ts';
import { foldLabUpload, foldReportOutcome, type ReportOutcome, reportKey } from '../fold/lab-upload.ts';
import { copyPersonState, emptyPersonState, foldPerson } from '../fold/person.ts';
import { countsAfter, NO_ROWS, type RowCounts } from '../fold/row-counts.ts';
import type { TerraUserId, UserId } from '../ids.ts';
import type { ConnectionContribution, Contribution, LabReportContribution } from '../normalize/types.ts';
import { idsOf, type LabUploadRow, type Snapshot } from './snapshot.ts';

export type ConnectionChange = {
  readonly terraUserId: TerraUserId;
  readonly columns: ConnectionColumns;
  readonly cells: string;
};

/** Everything one person's events change in one commit. */
export type PersonCommit = {
  readonly userId: UserId;
  /** The person's clock after the commit: moved if any of their state changes, else as it was. */
  readonly clock: IsoTime;
  readonly isNewUser: boolean;
  readonly isClockMoved: boolean;
  readonly changes: PersonChanges;
  /** After the commit; null where they were not known before it. */
  readonly rowCounts: RowCounts | null;
  readonly connections: readonly ConnectionChange[];
  readonly labReports: readonly (readonly [key: string, report: ReportOutcome])[];
  readonly labUploads: readonly LabUploadRow[];
};

/** The clock of a person who has none yet; it is before every commit. */
export const FIRST_CLOCK = isoTime(0);

/** Folds a person's contributions into the snapshot's state and says what differs. Pure. */
export function foldPersonCommit(
  userId: UserId,
  contributions: readonly Contribution[],
  snapshot: Snapshot,
  nowMs: UnixMs,
): PersonCommit {
  const before = snapshot.people.get(userId) ?? emptyPersonState();
  const after = copyPersonState(before);
  foldPerson(after, contributions);
  const changes = changesBetween(before, after);
  const connections = changedConnections(contributions, snapshot);
  const { labReports, labUploads } = changedLabs(userId, contributions, snapshot);
  const seen = snapshot.clocks.get(userId) ?? null;
  const countsBefore = seen === null ? NO_ROWS : (snapshot.rowCounts.get(userId) ?? null);
  const isClockMoved = [
    changes.rows,
    changes.deletions,
    changes.biomarkerDays,
    changes.homes,
    changes.labSessions,
    connections,
    labReports,
    labUploads,
  ].some((changed) => changed.length > 0);
  return {
    userId,
    clock: isClockMoved ? nextClock(seen, nowMs) : (seen ?? FIRST_CLOCK),
    isNewUser: seen === null,
    isClockMoved,
    changes,
    rowCounts: countsBefore === null ? null : countsAfter(countsBefore, changes),
    connections,
    labReports,
    labUploads,
  };
}

/** The greater of now and the clock plus 1 ms: it only moves forward, whatever this machine's time says. */
export function nextClock(clock: IsoTime | null, nowMs: UnixMs): IsoTime {
  return isoTime(Math.max(nowMs, unixMsOf(clock ?? FIRST_CLOCK) + 1));
}

function changedConnections(contributions: readonly Contribution[], snapshot: Snapshot): ConnectionChange[] {
  const connectionEvents = contributions.filter(
    (contribution): contribution is ConnectionContribution => contribution.kind === 'connection',
  );
  return [...Map.groupBy(connectionEvents, ({ terraUserId }) => terraUserId)].flatMap(
    ([terraUserId, events]) => {
      const before: ConnectionRow | null = snapshot.connections.get(terraUserId)?.row ?? null;
      const after = foldConnection(before ?? EMPTY_CONNECTION, events);
      const columns = shownConnection(after);
      const cells = JSON.stringify(after);
      const isSame = before !== null && JSON.stringify(before) === cells;
      return columns === null || isSame ? [] : [{ terraUserId, columns, cells }];
    },
  );
}

function changedLabs(
  userId: UserId,
  contributions: readonly Contribution[],
  snapshot: Snapshot,
): Pick<PersonCommit, 'labReports' | 'labUploads'> {
  const known = snapshot.labReports.get(userId) ?? new Map<string, ReportOutcome>();
  const reports = new Map(known);
  const events = contributions.filter(
    (contribution): contribution is LabReportContribution => contribution.kind === 'lab_report',
  );
  for (const event of events) {
    const key = reportKey(event);
    if (key !== null) reports.set(key, foldReportOutcome(reports.get(key), event));
  }
  const labReports = [...reports].filter(
    ([key, report]) => JSON.stringify(known.get(key)) !== JSON.stringify(report),
  );
  const touched = new Set(labReports.map(([, report]) => report.terraUploadId));
  const labUploads = snapshot.uploads
    .filter((upload) => upload.userId === userId && idsOf(upload).some((id) => touched.has(id)))
    .flatMap((upload) => {
      const shown = foldLabUpload(upload, reportsOf(upload, reports.values()));
      const isSame = shown.terraStatus === upload.terraStatus && shown.parsedAt === upload.parsedAt;
      return isSame ? [] : [{ ...upload, ...shown }];
    });
  return { labReports, labUploads };
}

/** The reports that tell how the upload stands. A failure counts only of the latest time it was sent to Terra. */
function reportsOf(upload: LabUploadRow, reports: Iterable<ReportOutcome>): readonly ReportOutcome[] {
  const ids = idsOf(upload);
  return [...reports].flatMap((report) => {
    if (report.terraUploadId === null || !ids.includes(report.terraUploadId)) return [];
    return [report.terraUploadId === upload.terraUploadId ? report : { ...report, failedMs: null }];
  });
}
