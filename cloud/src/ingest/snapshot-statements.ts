import { rowKey } from '../fold/keys.ts';
import { isLabResult } from '../fold/lab-results.ts';
import type { UserId } from '../ids.ts';
import { labSessionKey } from '../normalize/lab-session.ts';
import type { Contribution } from '../normalize/types.ts';
import { type BiomarkerDayKey, biomarkerDaysStatements } from '../store/biomarker-days.ts';
import { connectionsByTerraIdStatements } from '../store/connections.ts';
import { erasedStatements } from '../store/erased-subjects.ts';
import { labReportsOfStatement } from '../store/lab-reports.ts';
import {
  biomarkersOfSessionsStatements,
  type LabSessionKey,
  labSessionsOfOwnersStatements,
} from '../store/lab-sessions.ts';
import { labUploadsOfStatements } from '../store/lab-uploads.ts';
import { type OwnerKey, ownersStatement, ownersText } from '../store/owners.ts';
import { progressStatement } from '../store/raw-events.ts';
import {
  activityRowsStatements,
  type BiomarkerKey,
  biomarkerRowsStatements,
  type DailyKey,
  dailyRowsStatements,
  homesOfOwnersStatements,
  type ItemKey,
  type SessionKey,
  sessionRowsStatements,
} from '../store/rows-of-owners.ts';
import type { Statement } from '../store/statements.ts';
import { unreachable } from '../unreachable.ts';
import type { PreparedEvent } from './prepared-event.ts';

/** The parts of a snapshot that hold what the fold changes. */
export type RowSection =
  | 'daily'
  | 'sleepHomes'
  | 'sleep'
  | 'activityHomes'
  | 'activities'
  | 'biomarkers'
  | 'bodyDays'
  | 'labSessions';

/** The parts of a snapshot. */
export type Section =
  | 'progress'
  | 'owners'
  | 'connections'
  | 'uploads'
  | 'labReports'
  | 'erased'
  | RowSection;

/**
 * What to read for a set of events: everything their fold, their owners and their guard depend on. Rows are found
 * through their owners in SQL, so that owner and rows are of one moment.
 */
export function snapshotStatements(events: readonly PreparedEvent[]): Record<Section, readonly Statement[]> {
  const owners = ownersText(events.map(ownerKey));
  const terraUserIds = unique(events.flatMap(({ hints }) => hints.terraUserIds));
  const isLab = ({ result }: PreparedEvent) =>
    result.state === 'normalized' && result.contributions.some(({ kind }) => kind === 'lab_report');
  const labs = events.filter(isLab);
  const labSessionIds = unique(labs.flatMap(({ hints }) => hints.labSessionIds));
  return {
    progress: [progressStatement(events.map(({ row }) => row.id))],
    owners: [ownersStatement(owners)],
    connections: connectionsByTerraIdStatements(terraUserIds),
    uploads: labUploadsOfStatements(
      unique(events.flatMap(({ hints }) => hints.uploadId ?? [])),
      labSessionIds,
      unique(labs.flatMap(({ hints }) => hints.referenceUser ?? [])),
    ),
    labReports: labs.length === 0 ? [] : [labReportsOfStatement(owners, labSessionIds)],
    erased: erasedStatements(unique(events.flatMap(({ subjectHashes }) => subjectHashes))),
    ...rowStatements(events, owners),
  };
}

/** What to read for a set of events that are all folded into the rows of one user, whoever they name. */
export function rowStatementsOf(
  events: readonly PreparedEvent[],
  userId: UserId,
): Record<RowSection, readonly Statement[]> {
  const owner: OwnerKey = {
    reference_user: userId,
    terra_user_id: null,
    other_terra_user_id: null,
    upload_id: null,
    session_id: null,
  };
  return rowStatements(events, ownersText(events.map(() => owner)));
}

/** The rows that the events' contributions meet; `owners` says whose, event by event. */
function rowStatements(
  events: readonly PreparedEvent[],
  owners: string,
): Record<RowSection, readonly Statement[]> {
  const keys = rowKeys(events);
  return {
    daily: dailyRowsStatements(keys.daily, keys.sleep, owners),
    sleepHomes: homesOfOwnersStatements('sleep', keys.sleep, owners),
    sleep: sessionRowsStatements(keys.sleep, owners),
    activityHomes: homesOfOwnersStatements('activity', keys.activities, owners),
    activities: activityRowsStatements(keys.activities, owners),
    biomarkers: [
      ...biomarkerRowsStatements(keys.biomarkers, owners),
      ...biomarkersOfSessionsStatements(keys.labSessions, owners),
    ],
    bodyDays: biomarkerDaysStatements(keys.bodyDays, owners),
    labSessions: labSessionsOfOwnersStatements(keys.labSessions, owners),
  };
}

function ownerKey({ hints }: PreparedEvent): OwnerKey {
  const [terraUserId = null, other = null] = hints.terraUserIds;
  const [labSessionId = null] = hints.labSessionIds;
  return {
    reference_user: hints.referenceUser,
    terra_user_id: terraUserId,
    other_terra_user_id: other,
    upload_id: hints.uploadId,
    session_id: labSessionId,
  };
}

/** What the events' contributions may meet. Each names its owner by the position of its event. */
type RowKeys = {
  readonly daily: readonly DailyKey[];
  readonly sleep: readonly SessionKey[];
  readonly activities: readonly ItemKey[];
  readonly biomarkers: readonly BiomarkerKey[];
  readonly bodyDays: readonly BiomarkerDayKey[];
  readonly labSessions: readonly LabSessionKey[];
};

function rowKeys(events: readonly PreparedEvent[]): RowKeys {
  const daily = new Map<string, DailyKey>();
  const sleep: SessionKey[] = [];
  const activities: ItemKey[] = [];
  const biomarkers: BiomarkerKey[] = [];
  const bodyDays = new Map<string, BiomarkerDayKey>();
  const labSessions: LabSessionKey[] = [];
  const nameDay = (n: number, source: string, date: string) =>
    daily.set(rowKey(String(n), source, date), { n, source, date });
  events.forEach(({ result }, n) => {
    if (result.state !== 'normalized') return;
    for (const contribution of result.contributions) {
      switch (contribution.kind) {
        case 'daily':
          nameDay(n, contribution.source, contribution.date);
          break;
        case 'sleep':
          sleep.push({
            ...itemKey(n, contribution),
            start_time: contribution.startTime,
            end_time: String(contribution.columns.end_time),
          });
          nameDay(n, contribution.source, String(contribution.columns.wake_date));
          break;
        case 'activity':
          activities.push(itemKey(n, contribution));
          break;
        case 'biomarker': {
          const { source, drawDate, code } = contribution;
          biomarkers.push({ n, source, draw_date: drawDate, code });
          if (!isLabResult(contribution))
            bodyDays.set(rowKey(String(n), source, drawDate), { n, source, draw_date: drawDate });
          break;
        }
        case 'lab_report': {
          const { labSessionId, uploadId, order } = contribution;
          labSessions.push({ n, session: labSessionKey(labSessionId, uploadId, order[2]) });
          break;
        }
        case 'connection':
        case 'backfill':
        case 'large_request':
          break;
        default:
          unreachable(contribution);
      }
    }
  });
  return {
    daily: [...daily.values()],
    sleep,
    activities,
    biomarkers,
    bodyDays: [...bodyDays.values()],
    labSessions,
  };
}

function itemKey(
  n: number,
  { source, startTime, item }: Extract<Contribution, { kind: 'sleep' | 'activity' }>,
): ItemKey {
  return { n, source, start_time: startTime, item };
}

function unique<Value>(values: readonly Value[]): readonly Value[] {
  return [...new Set(values)];
}
