import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { insertRaw, type RawColumns } from '../../test/support/raw-rows.ts';
import { insertConnection, insertPerson, insertRow } from '../../test/support/rows.ts';
import { newTerraId, newUser } from '../../test/support/stack.ts';
import { isoText, sqliteText } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { asRawEventId, asTerraUploadId, type RawEventId, type UserId } from '../ids.ts';
import { LOST_RACE_RELOADS } from '../limits.ts';
import { markErasedStatements } from './erased-subjects.ts';
import { guardStatement, isLostRace, ownersFact, retryLostRace, type SeenFacts } from './guard.ts';
import { runAll } from './statements.ts';

const SEEN = isoText('2026-03-01T12:00:00.000Z');
const OTHER = isoText('2026-03-02T12:00:00.000Z');

const person = () => insertPerson({ clock: SEEN });

/** Whether a commit that relies on this passes. Whatever fails it is a lost race. */
async function holds(facts: SeenFacts): Promise<boolean> {
  try {
    await runAll(env.DB, [guardStatement(facts)]);
    return true;
  } catch (error) {
    expect(isLostRace(error)).toBe(true);
    return false;
  }
}

describe('a commit passes', () => {
  it('where it relies on nothing', async () => {
    expect(await holds({})).toBe(true);
  });

  it('while the clocks of its people stand, and nobody of them appeared', async () => {
    const [one, other] = [await person(), await person()];
    const clocks = (...entries: readonly (readonly [UserId, typeof SEEN | null])[]) =>
      holds({ clocks: new Map(entries) });
    expect(await clocks([one, SEEN], [other, SEEN], [newUser(), null])).toBe(true);
    expect(await clocks([one, SEEN], [other, OTHER])).toBe(false);
    expect(await clocks([one, null])).toBe(false);
    expect(await clocks([newUser(), SEEN])).toBe(false);
  });

  it('while connections are whose they were', async () => {
    const [one, other] = [await person(), await person()];
    const id = await insertConnection(one);
    const owner = (user: UserId | null, of = id) => holds({ connectionOwners: new Map([[of, user]]) });
    expect([await owner(one), await owner(null, newTerraId())]).toEqual([true, true]);
    expect([await owner(other), await owner(null), await owner(one, newTerraId())]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('while events are there, and are processed where they were and when they were', async () => {
    const event = async (columns: RawColumns = {}) => asRawEventId((await insertRaw(columns))[0] ?? 0);
    const at = sqliteText('2026-03-01 10:00:00');
    const later = sqliteText('2026-03-01 11:00:00');
    const [waits, done] = [await event(), await event({ processed_at: at })];
    const processed = (id: RawEventId, seen: typeof at | null) =>
      holds({ processedAt: new Map([[id, seen]]) });
    expect([await processed(waits, null), await processed(done, at)]).toEqual([true, true]);
    expect([await processed(waits, at), await processed(done, null), await processed(done, later)]).toEqual([
      false,
      false,
      false,
    ]);
    expect(await processed(asRawEventId(10_000_000), null)).toBe(false);
  });

  it('while uploads are whose they were, present and earlier ones', async () => {
    const [one, other] = [newUser(), newUser()].toSorted();
    if (one === undefined || other === undefined) throw new Error('two were made');
    for (const id of [one, other]) await insertRow('users', { id, clock: SEEN });
    const [present, earlier, both] = ['present', 'earlier', 'both'].map((name) => `${name}-${one}`);
    const upload = (user: UserId, id = '') =>
      insertRow('lab_uploads', { id: `${id}${user}`, user_id: user, storage_key: '', terra_upload_id: id });
    const hadOne = (user: UserId, id = '') =>
      insertRow('earlier_lab_ids', { terra_upload_id: id, upload_id: `earlier-${id}`, user_id: user });
    await upload(one, present);
    await hadOne(one, earlier);
    await upload(one, both);
    await hadOne(other, both);
    const owners = (id: string | undefined, ...seen: readonly UserId[]) =>
      holds({ uploadOwners: new Map([[asTerraUploadId(id ?? ''), ownersFact(seen)]]) });
    expect(await owners(present, one)).toBe(true);
    expect(await owners(earlier, one)).toBe(true);
    expect(await owners(both, other, one)).toBe(true);
    expect(await owners(`none-${one}`)).toBe(true);
    expect(await owners(present)).toBe(false);
    expect(await owners(earlier, other)).toBe(false);
    expect(await owners(both, one)).toBe(false);
    expect(await owners(`none-${one}`, one)).toBe(false);
  });

  it('while neither its people nor further ids are marked as erased', async () => {
    const [erased, stays] = [await person(), await person()];
    await runAll(env.DB, markErasedStatements([['user', erased]], SEEN));
    expect(await holds({ clocks: new Map([[stays, SEEN]]), unmarked: [sha256Hex(stays)] })).toBe(true);
    expect(await holds({ clocks: new Map([[erased, SEEN]]) })).toBe(false);
    expect(await holds({ unmarked: [sha256Hex(stays), sha256Hex(erased)] })).toBe(false);
  });
});

describe('a race that was lost', () => {
  const LOST = new Error('D1_ERROR: CHECK constraint failed: lost_race');

  /** What comes of it where so many tries lose their race first, and what each try was told. */
  async function racing(losses: number) {
    const told: number[] = [];
    const raced = await retryLostRace({}, async (lostRaces) => {
      told.push(lostRaces);
      if (told.length <= losses) throw LOST;
      return 'done';
    });
    return { raced, told };
  }

  it('is run again, and not once it is won', async () => {
    expect(await racing(0)).toEqual({ raced: { state: 'committed', value: 'done' }, told: [0] });
    expect(await racing(2)).toEqual({ raced: { state: 'committed', value: 'done' }, told: [0, 1, 2] });
  });

  it('is run again so many times, and is lost then', async () => {
    const last = await racing(LOST_RACE_RELOADS);
    expect(last.raced.state).toBe('committed');
    const { raced, told } = await racing(LOST_RACE_RELOADS + 1);
    expect(raced).toEqual({ state: 'lost_race' });
    expect(told).toHaveLength(LOST_RACE_RELOADS + 1);
  });

  it('is no other failure, which is thrown at once', async () => {
    let tries = 0;
    const failing = retryLostRace({}, async () => {
      tries += 1;
      throw new Error('D1_ERROR: no such table');
    });
    await expect(failing).rejects.toThrow('no such table');
    expect(tries).toBe(1);
  });
});
