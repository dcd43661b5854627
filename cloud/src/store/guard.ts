import type { IsoTime, SqliteTime } from '../clock.ts';
import type { RawEventId, TerraUploadId, TerraUserId, UserId } from '../ids.ts';
import { LOST_RACE_RELOADS } from '../limits.ts';
import { type LogFields, log } from '../log.ts';
import { idHash } from './id-hash.ts';
import { jsonParameters } from './json-parameter.ts';
import { rowSet } from './row-sets.ts';
import { type Statement, statement } from './statements.ts';

/**
 * How a commit stands on what was read before it: the facts it relies on, the constraint that fails where one of
 * them no longer holds, and the loop that reads anew and tries again.
 */

/**
 * What an attempt saw, and a commit relies on. A null is "was not there". What is left out is not relied on. Of
 * everybody whose clock is relied on it is also relied on that they are not erased.
 */
export type SeenFacts = {
  /** Hashes of further ids that are not marked as an erased person's. */
  readonly unmarked?: Iterable<string>;
  /** users.clock by user id */
  readonly clocks?: ReadonlyMap<UserId, IsoTime | null>;
  /** terra_connections.user_id by terra_user_id */
  readonly connectionOwners?: ReadonlyMap<TerraUserId, UserId | null>;
  /** raw_events.processed_at by id */
  readonly processedAt?: ReadonlyMap<RawEventId, SqliteTime | null>;
  /** Who has an upload under this id of Terra's, present or earlier, as `ownersFact` puts it */
  readonly uploadOwners?: ReadonlyMap<TerraUploadId, string | null>;
};

const FACT = ['id', 'seen'];

/**
 * The first statement of a commit. A fact that no longer holds inserts a row that fails the constraint
 * `lost_race` and rolls everything back: another consumer's write to the same person, a wipe, a twin that
 * already committed, an owner that appeared between load and parking, an erasure that has begun.
 */
export function guardStatement(facts: SeenFacts): Statement {
  return statement(
    `insert into commit_guard(stale)
select 1
from ${rowSet(FACT, '?1')} f
left join users u on u.id = f.id
where u.clock is not f.seen
union all
select 1
from ${rowSet(FACT, '?2')} f
left join terra_connections c on c.terra_user_id = f.id
where c.user_id is not f.seen
union all
select 1
from ${rowSet(FACT, '?3')} f
left join raw_events r on r.id = f.id
where r.id is null
  or r.processed_at is not f.seen
union all
select 1
from ${rowSet(FACT, '?4')} f
where (
    select min(user_id) || ' ' || max(user_id)
    from (
      select user_id from lab_uploads where terra_upload_id = f.id
      union all
      select user_id from earlier_lab_ids where terra_upload_id = f.id
    )
  ) is not f.seen
union all
select 1
from json_each(?5) j
cross join erased_subjects s on s.subject_hash = j.value`,
    ...[facts.clocks, facts.connectionOwners, facts.processedAt, facts.uploadOwners].map(oneParameter),
    JSON.stringify([...hashesOf(facts)]),
  );
}

/** The value of the try that was committed, or `lost_race` where others changed the same facts at every try. */
export type Raced<Done> =
  | { readonly state: 'committed'; readonly value: Done }
  | { readonly state: 'lost_race' };

/**
 * Reads, decides and commits, and does all three again where somebody else came in between: at most
 * `LOST_RACE_RELOADS` times. `once` is told how many races were lost, and lets the failure of its guarded commit through; any other one is thrown.
 */
export async function retryLostRace<Done>(
  about: LogFields,
  once: (lostRaces: number) => Promise<Done>,
): Promise<Raced<Done>> {
  for (let reloads = 0; reloads <= LOST_RACE_RELOADS; reloads += 1) {
    try {
      return { state: 'committed', value: await once(reloads) };
    } catch (error) {
      if (!isLostRace(error)) throw error;
      log('info', 'lost_race', { ...about, reloads: reloads + 1 });
    }
  }
  return { state: 'lost_race' };
}

/** Whether a commit failed because somebody else changed what it relied on. */
export function isLostRace(error: unknown): boolean {
  return error instanceof Error && error.message.includes('lost_race');
}

/** The first and the last of several owners, which differ where there is more than one; null where there is none. */
export function ownersFact(owners: readonly UserId[]): string | null {
  const sorted = owners.toSorted();
  const [first] = sorted;
  return first === undefined ? null : `${first} ${sorted.at(-1)}`;
}

function hashesOf({ clocks = new Map(), unmarked = [] }: SeenFacts): ReadonlySet<string> {
  return new Set([...Array.from(clocks.keys(), (userId) => idHash(userId)), ...unmarked]);
}

/** Facts of one attempt fit one parameter: at most as many entries as messages and their ids. */
function oneParameter(facts: ReadonlyMap<string | number, string | null> = new Map()): string {
  return jsonParameters(facts)[0]?.text ?? '[]';
}
