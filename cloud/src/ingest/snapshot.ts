import { type IsoTime, isoText, type SqliteTime, sqliteText, storedText } from '../clock.ts';
import { type SyncedTableName, valueColumns } from '../contract/tables.ts';
import { decodeBiomarkerRow } from '../fold/biomarker-row.ts';
import { decodeBodyDay } from '../fold/body-day.ts';
import { type ConnectionColumns, type ConnectionRow, decodeConnection } from '../fold/connection.ts';
import { decodeDailyRow } from '../fold/daily-row.ts';
import { decodeItemRow } from '../fold/item-row.ts';
import { rowKey } from '../fold/keys.ts';
import type { LabSession } from '../fold/lab-results.ts';
import type { LabUploadColumns, ReportOutcome } from '../fold/lab-upload.ts';
import { emptyPersonState, type PersonState } from '../fold/person.ts';
import { decodeRowCounts, type RowCounts } from '../fold/row-counts.ts';
import {
  asLabSessionId,
  asRawEventId,
  asTerraUploadId,
  asTerraUserId,
  asUserId,
  type RawEventId,
  type TerraUploadId,
  type TerraUserId,
  type UserId,
} from '../ids.ts';
import { LAB_SOURCE } from '../normalize/lab-report.ts';
import type { Columns, Order } from '../normalize/types.ts';
import type { StoredResultKey } from '../store/lab-sessions.ts';
import { runAll, type Statement } from '../store/statements.ts';
import type { PreparedEvent } from './prepared-event.ts';
import { type RowSection, rowStatementsOf, type Section, snapshotStatements } from './snapshot-statements.ts';

export type LabUploadRow = LabUploadColumns & {
  readonly id: string;
  readonly userId: UserId;
  /** Terra's id of it now. */
  readonly terraUploadId: TerraUploadId | null;
  /** Ids it had before it was sent again: what comes under them is still of this upload. */
  readonly earlierIds: readonly TerraUploadId[];
};

/** How far an event has come. */
export type Progress = {
  readonly processedAt: SqliteTime | null;
  readonly attempts: number;
  readonly processError: string | null;
  /** And was not let go since: one that waits all the same was set back by hand. */
  readonly hadOutcome: boolean;
};

/** All that a set of events needs to know, read in one transaction. */
export type Snapshot = {
  readonly progress: ReadonlyMap<RawEventId, Progress>;
  readonly clocks: ReadonlyMap<UserId, IsoTime | null>;
  /** Of the owners; null where they would have to be counted. */
  readonly rowCounts: ReadonlyMap<UserId, RowCounts | null>;
  readonly connections: ReadonlyMap<TerraUserId, { readonly userId: UserId; readonly row: ConnectionRow }>;
  readonly uploads: readonly LabUploadRow[];
  /** By user, then by report key. */
  readonly labReports: ReadonlyMap<UserId, ReadonlyMap<string, ReportOutcome>>;
  readonly erased: ReadonlySet<string>;
  /** Owners whose erasure is under way: their rows are still here. */
  readonly erasing: ReadonlySet<UserId>;
  readonly people: ReadonlyMap<UserId, PersonState>;
  /** How many statements the read took. */
  readonly statements: number;
};

/** Who has an upload that Terra knows, or knew, under this id: nearly always one person or none. */
export function uploadOwners(terraUploadId: TerraUploadId, { uploads }: Snapshot): readonly UserId[] {
  const under = uploads.filter((upload) => idsOf(upload).includes(terraUploadId));
  return [...new Set(under.map(({ userId }) => userId))];
}

/** Every id Terra has given the upload. */
export function idsOf({ terraUploadId, earlierIds }: LabUploadRow): readonly TerraUploadId[] {
  return terraUploadId === null ? earlierIds : [terraUploadId, ...earlierIds];
}

/** A stored row. */
export type Row = Readonly<Record<string, string | number | null>>;

/** Reads a snapshot for the events: one round trip. */
export async function loadSnapshot(db: D1Database, events: readonly PreparedEvent[]): Promise<Snapshot> {
  const { rows, statements } = await readSections(db, snapshotStatements(events));
  return { ...readSnapshot(rows), statements };
}

/** Reads what the events meet among the rows of one user: one round trip. */
export async function loadPersonState(
  db: D1Database,
  events: readonly PreparedEvent[],
  userId: UserId,
): Promise<{ readonly state: PersonState; readonly statements: number }> {
  const { rows, statements } = await readSections(db, rowStatementsOf(events, userId));
  return { state: readPeople(rows).get(userId) ?? emptyPersonState(), statements };
}

async function readSections<Name extends Section>(
  db: D1Database,
  query: Record<Name, readonly Statement[]>,
): Promise<{ readonly rows: (section: Name) => readonly Row[]; readonly statements: number }> {
  const sections = Object.entries<readonly Statement[]>(query);
  const statements = sections.flatMap(([, parts]) => parts);
  const results = statements.length === 0 ? [] : await runAll<Row>(db, statements);
  const rows: Record<string, Row[]> = {};
  let position = 0;
  for (const [section, parts] of sections) {
    rows[section] = parts.flatMap((_, i) => results[position + i]?.results ?? []);
    position += parts.length;
  }
  return { rows: (section) => rows[section] ?? [], statements: statements.length };
}

/** The stored rows of the fold, as the fold sees them. */
export function readPeople(rows: (section: RowSection) => readonly Row[]): Map<UserId, PersonState> {
  const people = new Map<UserId, PersonState>();
  const person = (row: Row): PersonState => {
    const userId = asUserId(text(row.user_id));
    const state = people.get(userId) ?? emptyPersonState();
    people.set(userId, state);
    return state;
  };
  for (const row of rows('daily')) {
    person(row).daily.set(
      rowKey(text(row.source), text(row.datetime)),
      // Where there are cells they say it all, and what the row shows is made of them.
      decodeDailyRow(textOrNull(row.cells), row.cells === null ? columnsOf(row, 'daily_summary') : null),
    );
  }
  for (const row of rows('bodyDays')) {
    person(row).bodyDays.set(
      rowKey(text(row.source), text(row.draw_date)),
      decodeBodyDay(textOrNull(row.cells)),
    );
  }
  for (const row of rows('biomarkers')) {
    const { biomarkers, bodyDays } = person(row);
    const orders = bodyDays.get(rowKey(text(row.source), text(row.draw_date)))?.get(text(row.code)) ?? [];
    biomarkers.set(
      rowKey(text(row.source), text(row.draw_date), text(row.code)),
      decodeBiomarkerRow(textOrNull(row.cells), columnsOf(row, 'biomarkers_raw'), orders),
    );
  }
  for (const row of rows('labSessions')) {
    person(row).labSessions.set(text(row.session), readLabSession(row));
  }
  for (const [kind, homes, table] of ITEM_SECTIONS) {
    for (const row of rows(homes)) {
      person(row)[kind].homes.set(rowKey(text(row.source), text(row.item)), {
        startTime: textOrNull(row.start_time),
        wakeDate: textOrNull(row.wake_date),
        deletedUpTo: row.cut === null ? null : (JSON.parse(text(row.cut)) as Order),
      });
    }
    for (const row of rows(kind)) {
      person(row)[kind].rows.set(
        rowKey(text(row.source), text(row.start_time)),
        // Of the rest only `raw` does not stand in the cells.
        decodeItemRow(
          textOrNull(row.cells),
          row.cells === null ? columnsOf(row, table) : { raw: row.raw ?? null },
        ),
      );
    }
  }
  return people;
}

function readSnapshot(rows: (section: Section) => readonly Row[]): Omit<Snapshot, 'statements'> {
  return {
    people: readPeople(rows),
    progress: new Map(
      rows('progress').map((row) => [
        asRawEventId(Number(row.id)),
        {
          processedAt: madeOrNull(row.processed_at, sqliteText),
          attempts: Number(row.attempts),
          processError: textOrNull(row.process_error),
          hadOutcome: row.duration_ms != null && row.released_at == null,
        },
      ]),
    ),
    clocks: new Map(
      rows('owners').map((row) => [asUserId(text(row.user_id)), madeOrNull(row.clock, isoText)]),
    ),
    rowCounts: new Map(
      rows('owners').map((row) => [
        asUserId(text(row.user_id)),
        decodeRowCounts(textOrNull(row.row_counts), madeOrNull(row.clock, isoText)),
      ]),
    ),
    connections: new Map(
      rows('connections').map((row) => [asTerraUserId(text(row.terra_user_id)), readConnection(row)]),
    ),
    uploads: rows('uploads').map(readLabUpload),
    labReports: readLabReports(rows('labReports')),
    erasing: new Set(
      rows('owners').flatMap((row) => (row.is_erasing === 1 ? asUserId(text(row.user_id)) : [])),
    ),
    erased: new Set(rows('erased').map((row) => text(row.subject_hash))),
  };
}

const ITEM_SECTIONS = [
  ['sleep', 'sleepHomes', 'sleep_sessions'],
  ['activities', 'activityHomes', 'activities'],
] as const;

/** The visible columns of a stored row, its key left out. */
export function columnsOf(row: Row, table: SyncedTableName): Columns {
  return Object.fromEntries(valueColumns(table).map((column) => [column, row[column] ?? null]));
}

/** A stored lab session. */
export function readLabSession(row: Row): LabSession {
  const keys = JSON.parse(text(row.keys)) as StoredResultKey[];
  return {
    newest: JSON.parse(text(row.newest)) as Order,
    keys: keys.map(({ draw_date, code }) => rowKey(LAB_SOURCE, draw_date, code)),
  };
}

function readConnection(row: Row): { userId: UserId; row: ConnectionRow } {
  const columns: ConnectionColumns = {
    provider: text(row.provider),
    reference_id: text(row.reference_id),
    scopes: textOrNull(row.scopes),
    connected_at: storedText(text(row.connected_at)),
    deactivated_at: madeOrNull(row.deactivated_at, storedText),
    state: text(row.state),
    state_message: textOrNull(row.state_message),
    state_at: storedText(text(row.state_at ?? row.connected_at)),
  };
  return { userId: asUserId(text(row.user_id)), row: decodeConnection(textOrNull(row.cells), columns) };
}

function readLabUpload(row: Row): LabUploadRow {
  return {
    id: text(row.id),
    userId: asUserId(text(row.user_id)),
    terraUploadId: madeOrNull(row.terra_upload_id, asTerraUploadId),
    earlierIds: JSON.parse(text(row.earlier_ids)) as TerraUploadId[],
    terraStatus: textOrNull(row.terra_status),
    parsedAt: madeOrNull(row.parsed_at, isoText),
  };
}

function readLabReports(rows: readonly Row[]): Map<UserId, Map<string, ReportOutcome>> {
  const byUser = new Map<UserId, Map<string, ReportOutcome>>();
  for (const row of rows) {
    const reports = byUser.get(asUserId(text(row.user_id))) ?? new Map<string, ReportOutcome>();
    reports.set(text(row.report), {
      labSessionId: madeOrNull(row.session_id, asLabSessionId),
      terraUploadId: madeOrNull(row.terra_upload_id, asTerraUploadId),
      parsedMs: row.parsed_ms === null ? null : Number(row.parsed_ms),
      failedMs: row.failed_ms === null ? null : Number(row.failed_ms),
      failedCode: textOrNull(row.failed_code),
    });
    byUser.set(asUserId(text(row.user_id)), reports);
  }
  return byUser;
}

function text(value: unknown): string {
  return String(value);
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

/** What `make` makes of a column's text. */
function madeOrNull<Made>(value: unknown, make: (text: string) => Made): Made | null {
  const column = textOrNull(value);
  return column === null ? null : make(column);
}
