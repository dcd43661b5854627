import { shownBiomarker } from '../fold/biomarker-row.ts';
import { rowKeyParts } from '../fold/keys.ts';
import { emptyPersonState, foldPerson } from '../fold/person.ts';
import { asTerraUploadId, type LabSessionId, type TerraUploadId, type UserId } from '../ids.ts';
import { type PreparedEvent, prepareEvent } from '../ingest/prepared-event.ts';
import { PAYLOAD_READS_AT_ONCE } from '../limits.ts';
import type { BiomarkerContribution, Columns, LabReportContribution } from '../normalize/types.ts';
import { payloadHosts } from '../settings.ts';
import { type LabEventRow, labEventsOfStatement } from '../store/lab-events.ts';
import { labSessionsStatement } from '../store/lab-reports.ts';
import { runAll } from '../store/statements.ts';

/** What a lab event may be known by as an upload's. */
export type UploadNames = {
  readonly terraUploadIds: ReadonlySet<TerraUploadId>;
  /** Sessions of its reports. */
  readonly labSessionIds: ReadonlySet<LabSessionId>;
};

/** One biomarker as an upload's reports say it. */
export type ReportedBiomarker = {
  readonly drawDate: string;
  readonly code: string;
  readonly columns: Columns;
};

/** Reads and normalizes lab events, a few at a time. */
export async function prepareLabEvents(env: Env, rows: readonly LabEventRow[]): Promise<PreparedEvent[]> {
  const settings = { force: false, payloadHosts: payloadHosts(env), seeksUnknownFields: false };
  const prepared: PreparedEvent[] = [];
  for (let start = 0; start < rows.length; start += PAYLOAD_READS_AT_ONCE) {
    const run = rows.slice(start, start + PAYLOAD_READS_AT_ONCE);
    prepared.push(
      ...(await Promise.all(run.map((row) => prepareEvent(env.RAW_PAYLOADS, { row }, settings)))),
    );
  }
  return prepared;
}

/** By Terra's id of the upload; an event that carries none, by the session that a report of the upload named. */
export function isOfUpload({ row, hints }: PreparedEvent, names: UploadNames): boolean {
  const uploadId = hints.uploadId ?? row.reference_id;
  if (uploadId !== null) return names.terraUploadIds.has(asTerraUploadId(uploadId));
  return hints.labSessionIds.some((id) => names.labSessionIds.has(id));
}

/** What an event says of its reports, results included. */
export function labContributionsOf({
  result,
}: PreparedEvent): readonly (BiomarkerContribution | LabReportContribution)[] {
  if (result.state !== 'normalized') return [];
  return result.contributions.filter(
    (contribution) => contribution.kind === 'biomarker' || contribution.kind === 'lab_report',
  );
}

/** The biomarkers that an event gives. */
export function biomarkersOf({ result }: PreparedEvent): readonly BiomarkerContribution[] {
  if (result.state !== 'normalized') return [];
  return result.contributions.filter((contribution) => contribution.kind === 'biomarker');
}

/**
 * What the reports of an upload say, by date and code. Read from its own events, so that a later report about
 * the same day is not taken for this one. Two round trips, and R2 for what is kept there.
 */
export async function readReportedBiomarkers(
  env: Env,
  userId: UserId,
  terraUploadIds: readonly TerraUploadId[],
): Promise<readonly ReportedBiomarker[]> {
  if (terraUploadIds.length === 0) return [];
  const [sessions, events] = await runAll(env.DB, [
    labSessionsStatement(userId, terraUploadIds),
    labEventsOfStatement(userId, terraUploadIds),
  ]);
  const names = {
    terraUploadIds: new Set(terraUploadIds),
    labSessionIds: new Set((sessions?.results ?? []).map((row) => (row as SessionRow).session_id)),
  };
  const rows = ((events?.results ?? []) as LabEventRow[]).filter(({ processed_at }) => processed_at !== null);
  const own = (await prepareLabEvents(env, rows)).filter((event) => isOfUpload(event, names));
  const state = emptyPersonState();
  foldPerson(state, own.flatMap(labContributionsOf));
  return [...state.biomarkers]
    .flatMap(([key, row]): ReportedBiomarker[] => {
      const [, drawDate = '', code = ''] = rowKeyParts(key);
      const columns = shownBiomarker(code, row);
      return columns === null ? [] : [{ drawDate, code, columns }];
    })
    .toSorted((a, b) => compareTexts(a.drawDate, b.drawDate) || compareTexts(a.code, b.code));
}

type SessionRow = { readonly session_id: LabSessionId };

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
