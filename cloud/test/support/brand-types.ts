import {
  type IsoTime,
  isoTime,
  type SqliteTime,
  sqliteTime,
  type UnixMs,
  unixMsOf,
} from '../../src/clock.ts';
import {
  asUserId,
  type LabSessionId,
  type RawEventId,
  type TerraUploadId,
  type TerraUserId,
  type UserId,
} from '../../src/ids.ts';
import { takeDueBackfills } from '../../src/store/backfills.ts';
import { feedSince } from '../../src/store/change-feed.ts';
import { readActiveTerraIds, readEndableConnection } from '../../src/store/connections.ts';
import { guardStatement } from '../../src/store/guard.ts';
import { labSessionsStatement } from '../../src/store/lab-reports.ts';
import { labUploadsOfStatements } from '../../src/store/lab-uploads.ts';
import { readAttempts, readOwnPayload } from '../../src/store/raw-events.ts';
import { deleteRows, insertRows } from '../../src/store/row-sets.ts';
import { storeTracesStatements, storeTracesUnlessProcessedStatements } from '../../src/store/traces.ts';
import { takeUnprocessedEvents } from '../../src/store/unprocessed-events.ts';
import {
  deauthenticateUser,
  deleteLabReport,
  labReportSessions,
  usersByReference,
} from '../../src/terra/client.ts';

/** Nothing runs this: the compiler refuses the file where times or ids could be mixed up. */

export const times = {
  right: (db: D1Database, iso: IsoTime, sqlite: SqliteTime, nowMs: number) => [
    isoTime(nowMs),
    isoTime(unixMsOf(iso)),
    isoTime(unixMsOf(sqlite)),
    feedSince(iso, []),
    storeTracesUnlessProcessedStatements([], sqlite, sqliteTime(nowMs)),
    takeUnprocessedEvents(db, { now: iso, leaseUntil: iso, attemptedSince: sqlite }),
    iso < isoTime(nowMs),
  ],
  wrong: (db: D1Database, iso: IsoTime, sqlite: SqliteTime, nowMs: number) => [
    // @ts-expect-error SQLite's form where the clock's is compared
    feedSince(sqlite, []),
    // @ts-expect-error the clock's form in a column of SQLite's
    storeTracesStatements([], iso),
    // @ts-expect-error one of two in the wrong form
    storeTracesUnlessProcessedStatements([], iso, sqlite),
    // @ts-expect-error received_at is in SQLite's form
    takeUnprocessedEvents(db, { now: iso, leaseUntil: iso, attemptedSince: iso }),
    // @ts-expect-error next_attempt_at is not
    takeDueBackfills(db, sqlite, iso),
    // @ts-expect-error any text
    takeDueBackfills(db, new Date(nowMs).toISOString(), iso),
    // @ts-expect-error milliseconds are no text
    feedSince(nowMs, []),
    // @ts-expect-error any text
    unixMsOf('2026-01-31'),
    // @ts-expect-error the two forms do not compare
    iso < sqlite,
  ],
};

export const ids = {
  right: (db: D1Database, env: Env, user: UserId, terraUser: TerraUserId) => [
    readActiveTerraIds(db, user),
    readEndableConnection(db, user, 'id of ours'),
    deauthenticateUser(env, terraUser),
    usersByReference(env, user, 1_000),
    guardStatement({ connectionOwners: new Map([[terraUser, user]]) }),
    asUserId('user_1'),
  ],
  wrong: (db: D1Database, env: Env, user: UserId, terraUser: TerraUserId) => [
    // @ts-expect-error Terra's id of the connection is not ours of the person
    readActiveTerraIds(db, terraUser),
    // @ts-expect-error any text
    readActiveTerraIds(db, 'user_1'),
    // @ts-expect-error Terra does not know our id as one of its own
    deauthenticateUser(env, user),
    // @ts-expect-error a person is found by our id
    usersByReference(env, terraUser, 1_000),
    // @ts-expect-error two ids in the wrong order
    readEndableConnection(db, 'id of ours', user),
    // @ts-expect-error two ids in the wrong order
    guardStatement({ connectionOwners: new Map([[user, terraUser]]) }),
  ],
};

export const labIds = {
  right: (env: Env, user: UserId, upload: TerraUploadId, session: LabSessionId) => [
    labSessionsStatement(user, [upload]),
    labUploadsOfStatements([upload], [session], [user]),
    deleteLabReport(env, session),
    labReportSessions(env, { upload_id: upload }),
  ],
  wrong: (env: Env, user: UserId, upload: TerraUploadId, session: LabSessionId) => [
    // @ts-expect-error a session is no upload
    labSessionsStatement(user, [session]),
    // @ts-expect-error two ids in the wrong order
    labUploadsOfStatements([session], [upload], [user]),
    // @ts-expect-error Terra deletes the report, not the upload
    deleteLabReport(env, upload),
    // @ts-expect-error a session is no upload
    labReportSessions(env, session),
    // @ts-expect-error our own id of the upload, or any text
    labReportSessions(env, crypto.randomUUID()),
  ],
};

export const columns = {
  right: () => [
    insertRows('users', ['id', 'clock'], [{ id: 'user_1', clock: '' }]),
    deleteRows('tombstones', ['user_id', 'key'], [{ user_id: 'user_1', key: '{}' }]),
  ],
  wrong: () => [
    // @ts-expect-error a misspelt column
    insertRows('users', ['id', 'clok'], [{ id: 'user_1', clok: '' }]),
    // @ts-expect-error a column of another table
    insertRows('users', ['id', 'user_id'], [{ id: 'user_1', user_id: '' }]),
    // @ts-expect-error no such table
    insertRows('user', ['id'], [{ id: 'user_1' }]),
    // @ts-expect-error a misspelt column
    deleteRows('tombstones', ['user'], [{ user: 'user_1' }]),
    // @ts-expect-error a column without its value
    insertRows('users', ['id', 'clock'], [{ id: 'user_1' }]),
  ],
};

export const eventIds = {
  right: (db: D1Database, user: UserId, event: RawEventId) => [
    readOwnPayload(db, user, event),
    readAttempts(db, event),
    isoTime(unixMsOf(isoTime(0)) + 1),
  ],
  wrong: (db: D1Database, user: UserId, event: RawEventId, atMs: UnixMs) => [
    // @ts-expect-error two ids in the wrong order
    readOwnPayload(db, event, user),
    // @ts-expect-error a moment is no id
    readAttempts(db, atMs),
    // @ts-expect-error any number
    readAttempts(db, 1),
    // @ts-expect-error an id is no moment
    isoTime(event),
  ],
};
