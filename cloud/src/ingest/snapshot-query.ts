import { rowKey } from '../fold/keys.ts';
import {
  type OwnerKey,
  type RowKeys,
  selectBiomarkerRows,
  selectConnections,
  selectDailyRows,
  selectErased,
  selectHomes,
  selectItemRows,
  selectLabReports,
  selectLabUploads,
  selectOwners,
  selectProgress,
} from '../store/snapshot-queries.ts';
import type { Statement } from '../store/statements.ts';
import type { PreparedEvent } from './prepared-event.ts';

/** The parts of a snapshot. */
export type Section =
  | 'progress'
  | 'owners'
  | 'connections'
  | 'uploads'
  | 'labReports'
  | 'erased'
  | 'daily'
  | 'sleepHomes'
  | 'sleep'
  | 'activityHomes'
  | 'activities'
  | 'biomarkers';

/**
 * What to read for a set of events: everything their fold, their owners and their guard depend on. Rows are found
 * through their owners in SQL, so that owner and rows are of one moment.
 */
export function snapshotQuery(events: readonly PreparedEvent[]): Record<Section, readonly Statement[]> {
  const ownerKeys = events.map(({ claim }): OwnerKey => {
    const [terraUserId = null, other = null] = claim.terraUserIds;
    const [sessionId = null] = claim.sessionIds;
    return [claim.referenceUser, terraUserId, other, claim.uploadId, sessionId];
  });
  const owners = JSON.stringify(ownerKeys);
  const keys = rowKeys(events);
  const terraUserIds = unique(events.flatMap(({ claim }) => claim.terraUserIds));
  const isLab = ({ result }: PreparedEvent) =>
    result.outcome === 'normalized' && result.contributions.some(({ kind }) => kind === 'lab_report');
  const labs = events.filter(isLab);
  const sessionIds = unique(labs.flatMap(({ claim }) => claim.sessionIds));
  return {
    progress: [selectProgress(events.map(({ row }) => row.id))],
    owners: [selectOwners(owners)],
    connections: selectConnections(terraUserIds),
    uploads: selectLabUploads(
      unique(events.flatMap(({ claim }) => claim.uploadId ?? [])),
      sessionIds,
      unique(labs.flatMap(({ claim }) => claim.referenceUser ?? [])),
    ),
    labReports: labs.length === 0 ? [] : [selectLabReports(owners, sessionIds)],
    erased: selectErased(unique(events.flatMap(({ subjectHashes }) => subjectHashes))),
    daily: selectDailyRows(keys, owners),
    sleepHomes: selectHomes('sleep', keys.sleep, owners),
    sleep: selectItemRows('sleep', keys.sleep, owners),
    activityHomes: selectHomes('activity', keys.activities, owners),
    activities: selectItemRows('activity', keys.activities, owners),
    biomarkers: selectBiomarkerRows(keys, owners),
  };
}

function rowKeys(events: readonly PreparedEvent[]): RowKeys {
  const daily = new Map<string, RowKeys['daily'][number]>();
  const sleep: RowKeys['sleep'][number][] = [];
  const activities: RowKeys['activities'][number][] = [];
  const biomarkers: RowKeys['biomarkers'][number][] = [];
  const nameDay = (n: number, source: string, date: string) =>
    daily.set(rowKey(String(n), source, date), [n, source, date]);
  events.forEach(({ result }, n) => {
    if (result.outcome !== 'normalized') return;
    for (const contribution of result.contributions) {
      switch (contribution.kind) {
        case 'daily':
          nameDay(n, contribution.source, contribution.date);
          break;
        case 'sleep':
          sleep.push([n, contribution.source, contribution.startTime, contribution.item]);
          nameDay(n, contribution.source, String(contribution.columns.wake_date));
          break;
        case 'activity':
          activities.push([n, contribution.source, contribution.startTime, contribution.item]);
          break;
        case 'biomarker':
          biomarkers.push([n, contribution.source, contribution.drawDate, contribution.code]);
          break;
        default:
      }
    }
  });
  return { daily: [...daily.values()], sleep, activities, biomarkers };
}

function unique<Value>(values: readonly Value[]): readonly Value[] {
  return [...new Set(values)];
}
