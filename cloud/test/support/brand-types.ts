import { type IsoTime, isoTime, type SqliteTime, sqliteTime, storedInstant } from '../../src/clock.ts';
import { takeDueBackfills } from '../../src/store/backfills.ts';
import { feedSince } from '../../src/store/change-feed.ts';
import { storeTracesStatements, storeTracesUnlessProcessedStatements } from '../../src/store/traces.ts';
import { takeUnprocessedEvents } from '../../src/store/unprocessed-events.ts';

/** Nothing runs this: the compiler refuses the file where times or ids could be mixed up. */

export const times = {
  right: (db: D1Database, iso: IsoTime, sqlite: SqliteTime, nowMs: number) => [
    isoTime(nowMs),
    isoTime(storedInstant(iso)),
    isoTime(storedInstant(sqlite)),
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
    storedInstant('2026-01-31'),
    // @ts-expect-error the two forms do not compare
    iso < sqlite,
  ],
};
