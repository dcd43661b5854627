import { ApiError, errorText } from '../errors.ts';
import { NOT_MIGRATED_RETRY_AFTER_S } from '../limits.ts';
import { log } from '../log.ts';

/**
 * What SQLite says where a statement needs what the schema does not have:
 * `D1_ERROR: no such table: users: SQLITE_ERROR`, `no such column: r.payload_key`,
 * `table raw_events has no column named request_id`, `no such index: idx_raw_due`.
 */
const LACKS = /no such (?:table|column|index|view): |has no column named /;

/**
 * The database has no tables yet, or those of an earlier version: the Worker was deployed before the migrations were
 * applied. Nothing is wrong with what was asked, which succeeds once they are: a route answers 503, a message comes again.
 */
export class DatabaseNotMigrated extends ApiError {
  constructor(cause: unknown) {
    super(
      'unavailable',
      'the database does not have the tables of this version; the operator applies the migrations: npm run deploy, or npm run wrangler -- d1 migrations apply amy-db --remote',
      { retryAfterSeconds: NOT_MIGRATED_RETRY_AFTER_S },
    );
    this.name = 'DatabaseNotMigrated';
    this.cause = cause;
  }
}

/** Lets an answer of the database through; a failure that a migration mends is told as such, here alone. */
export async function migrated<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (!LACKS.test(errorText(error))) throw error;
    log('error', 'database_not_migrated', { message: errorText(error) });
    throw new DatabaseNotMigrated(error);
  }
}
