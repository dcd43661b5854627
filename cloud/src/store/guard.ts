import { jsonParameters } from './json-parameter.ts';
import { type Statement, statement } from './statements.ts';

/** What an attempt saw, and a commit relies on. A null is "was not there". */
export type SeenFacts = {
  /** users.clock by user id */
  readonly clocks: ReadonlyMap<string, string | null>;
  /** terra_connections.user_id by terra_user_id */
  readonly connectionOwners: ReadonlyMap<string, string | null>;
  /** raw_events.processed_at by id */
  readonly processedAt: ReadonlyMap<number, string | null>;
  /** lab_uploads.user_id by terra_upload_id, present or earlier */
  readonly uploadOwners: ReadonlyMap<string, string | null>;
};

/**
 * The first statement of a commit. A fact that no longer holds inserts a row that fails the constraint
 * `lost_race` and rolls everything back: another consumer's write to the same person, a wipe, a twin that
 * already committed, an owner that appeared between load and parking.
 */
export function guardStatement(facts: SeenFacts): Statement {
  return statement(
    `insert into commit_guard(stale)
select 1
from json_each(?1) j
left join users u on u.id = j.value->>0
where u.clock is not j.value->>1
union all
select 1
from json_each(?2) j
left join terra_connections c on c.terra_user_id = j.value->>0
where c.user_id is not j.value->>1
union all
select 1
from json_each(?3) j
left join raw_events r on r.id = j.value->>0
where r.id is null
  or r.processed_at is not j.value->>1
union all
select 1
from json_each(?4) j
left join lab_uploads l on l.terra_upload_id = j.value->>0
left join earlier_lab_ids e on e.terra_upload_id = j.value->>0
where coalesce(l.user_id, e.user_id) is not j.value->>1`,
    ...[facts.clocks, facts.connectionOwners, facts.processedAt, facts.uploadOwners].map(oneParameter),
  );
}

/** Whether a commit failed because somebody else changed what it relied on. */
export function isLostRace(error: unknown): boolean {
  return error instanceof Error && error.message.includes('lost_race');
}

/** Facts of one attempt fit one parameter: at most as many entries as messages and their ids. */
function oneParameter(facts: ReadonlyMap<string | number, string | null>): string {
  return jsonParameters(facts)[0]?.text ?? '[]';
}
