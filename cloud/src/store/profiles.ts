import { type IsoTime, isoTime, type UnixMs } from '../clock.ts';
import type { ProfileUpdate } from '../contract/profile.ts';
import { PROFILE_FIELDS } from '../contract/profile.ts';
import type { UserId } from '../ids.ts';
import { isJsonObject } from '../normalize/json-path.ts';
import { guardStatement, retryLostRace } from './guard.ts';
import { IS_STAYING, PERSON_CLOCK, tickClockStatement } from './person-clock.ts';
import { firstRow, runAll, type Statement, statement } from './statements.ts';

/** A stored profile: the fields that are set, those of earlier versions included. */
export type Profile = Readonly<Record<string, unknown>>;

export type StoredProfile = {
  readonly profile: Profile;
  /** Null where there is no row. */
  readonly updatedAt: IsoTime | null;
  /** The person's clock when it was read; null where there is no such person. */
  readonly clock: IsoTime | null;
};

/**
 * A person's profile and clock, read in one snapshot. A stored text that is no JSON object counts as an empty profile.
 */
export async function readProfile(db: D1Database, userId: UserId): Promise<StoredProfile> {
  const row = await firstRow<{ clock: IsoTime; data: string | null; updated_at: IsoTime | null }>(
    db,
    statement(
      `select u.clock, p.data, p.updated_at
from users u
left join profiles p on p.user_id = u.id
where u.id = ?1
  and ${IS_STAYING}`,
      userId,
    ),
  );
  return {
    profile: parseProfile(row?.data ?? null),
    updatedAt: row?.updated_at ?? null,
    clock: row?.clock ?? null,
  };
}

export type ProfileChange =
  | { readonly state: 'stored'; readonly profile: Profile; readonly updatedAt: IsoTime | null }
  /** A key that is no field, and that the stored profile does not hold as it came. */
  | { readonly state: 'unknown_key'; readonly key: string }
  /** The person was erased meanwhile. */
  | { readonly state: 'erased' }
  /** Others changed this person at every try. */
  | { readonly state: 'busy' };

/**
 * Applies an update to what is stored. The commit is guarded by the person's clock: of two at once the later
 * is applied to what the earlier left. An update that changes nothing writes nothing.
 */
export async function changeProfile(
  db: D1Database,
  userId: UserId,
  update: ProfileUpdate,
  nowMs: UnixMs,
): Promise<ProfileChange> {
  const raced = await retryLostRace({ profile: true }, () => changeOnce(db, userId, update, nowMs));
  return raced.state === 'lost_race' ? { state: 'busy' } : raced.value;
}

async function changeOnce(
  db: D1Database,
  userId: UserId,
  update: ProfileUpdate,
  nowMs: UnixMs,
): Promise<ProfileChange> {
  const stored = await readProfile(db, userId);
  if (stored.clock === null) return { state: 'erased' };
  const unknown = unknownKey(stored.profile, update);
  if (unknown !== null) return { state: 'unknown_key', key: unknown };
  const profile = updatedProfile(stored.profile, update);
  if (JSON.stringify(profile) === JSON.stringify(stored.profile)) {
    return { state: 'stored', profile, updatedAt: stored.updatedAt };
  }
  const guard = guardStatement({ clocks: new Map([[userId, stored.clock]]) });
  const answers = await runAll<{ updated_at: IsoTime }>(db, [
    guard,
    ...storeProfileStatements(userId, profile, isoTime(nowMs)),
  ]);
  const updatedAt = answers.at(-1)?.results[0]?.updated_at;
  if (updatedAt === undefined) throw new Error('a profile was neither stored nor refused');
  return { state: 'stored', profile, updatedAt };
}

/** A key of an earlier version may come back as it went out, so that a profile that was read can be sent, or be cleared. */
function unknownKey(stored: Profile, update: ProfileUpdate): string | null {
  const unknown = Object.entries(update).find(([key, value]) => {
    if (Object.hasOwn(PROFILE_FIELDS, key)) return false;
    if (!Object.hasOwn(stored, key)) return true;
    return value !== null && JSON.stringify(value) !== JSON.stringify(stored[key]);
  });
  return unknown?.[0] ?? null;
}

function updatedProfile(stored: Profile, update: ProfileUpdate): Profile {
  const changed = new Map([...Object.entries(stored), ...Object.entries(update)]);
  return Object.fromEntries([...changed].filter(([key, value]) => value !== null || !(key in update)));
}

/** Stores a profile, on a tick of the person's clock. */
function storeProfileStatements(userId: UserId, profile: Profile, now: IsoTime): readonly Statement[] {
  return [
    tickClockStatement(userId, now),
    statement(
      `insert into profiles(user_id, data, updated_at)
values (?1, ?2, ${PERSON_CLOCK})
on conflict (user_id) do update set
  data = excluded.data,
  updated_at = excluded.updated_at
returning updated_at`,
      userId,
      JSON.stringify(profile),
    ),
  ];
}

function parseProfile(text: string | null): Profile {
  if (text === null) return {};
  try {
    const parsed: unknown = JSON.parse(text);
    return isJsonObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}
