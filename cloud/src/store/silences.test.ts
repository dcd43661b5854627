import { env } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { countingDatabase } from '../../test/support/counting-database.ts';
import { type Columns, insertConnection, insertRow, markErasing, rowWhere } from '../../test/support/rows.ts';
import { newUser } from '../../test/support/stack.ts';
import { isoTime } from '../clock.ts';
import { asTerraUserId, asUserId } from '../ids.ts';
import { DAY_MS, HOUR_MS } from '../limits.ts';
import { postponeSilencesStatements, storeCatchUps, takeDueSilences } from './catch-ups.ts';
import { readPeopleAfter, readPresentDays } from './present-days.ts';
import { storeReceipts } from './receipts.ts';
import {
  endSilencesStatements,
  personSilencesStatement,
  readJudgedConnections,
  readSilences,
  storeSilencesStatements,
} from './silences.ts';
import { allRows, runAll } from './statements.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12);
const NOW = isoTime(NOW_MS);
const LATER = isoTime(NOW_MS + HOUR_MS);
const ago = (days: number) => isoTime(NOW_MS - days * DAY_MS);
const EVERYBODY = { userId: null, provider: null, kind: null };
const MANY = 100;

/** Everybody is looked at: a test begins with nobody. */
beforeEach(async () => {
  await env.DB.batch(
    ['terra_connections', 'users', 'erasures', 'sweeps', 'backfills'].map((table) =>
      env.DB.prepare(`delete from ${table}`),
    ),
  );
});

type Connection = { readonly user: string; readonly terraId: string };

async function connection(
  columns: { readonly user?: string; readonly provider?: string; readonly deactivated_at?: string } = {},
): Promise<Connection> {
  const { user = newUser(), provider = 'oura', deactivated_at = null } = columns;
  await env.DB.prepare('insert or ignore into users(id) values (?)').bind(user).run();
  return { user, terraId: await insertConnection(user, { provider, state_at: ago(40), deactivated_at }) };
}

const isErased = ({ user }: Connection) => markErasing(user);

let made = 0;

/** One that is due since a day, unless something else is said of it. */
async function silence(of: Connection, columns: Columns = {}): Promise<number> {
  made += 1;
  return insertRow('silences', {
    user_id: of.user,
    terra_user_id: of.terraId,
    kind: 'overdue',
    resource: 'daily',
    since: isoTime(NOW_MS - 10 * DAY_MS + made),
    from_date: '2026-02-20',
    to_date: '2026-02-21',
    found_at: ago(2),
    due_at: ago(1),
    ...columns,
  });
}

const silenceRow = (id: number) => rowWhere('silences', 'id', id);

describe('what is due', () => {
  const taken = async (connections: number) =>
    (await takeDueSilences(env.DB, NOW, LATER, connections)).map(({ id }) => id);

  it('is open, not asked for and of its time, whatever else of its connection is', async () => {
    const who = await connection();
    const due = await silence(who);
    await silence(who, { ended_at: ago(1) });
    await silence(who, { asked_at: ago(3) });
    await silence(who, { due_at: LATER });
    const found = await takeDueSilences(env.DB, NOW, LATER, MANY);
    expect(found).toEqual([{ id: due, user_id: who.user, terra_user_id: who.terraId, asked_before: ago(3) }]);
    expect(await taken(MANY)).toEqual([]);
  });

  it('has its turn before what is not, though that waits longer', async () => {
    await silence(await connection(), { due_at: ago(9), ended_at: ago(1) });
    await silence(await connection(), { due_at: ago(9), asked_at: ago(3) });
    const erased = await connection();
    await silence(erased, { due_at: ago(9) });
    await isErased(erased);
    const due = await silence(await connection());
    expect(await taken(1)).toEqual([due]);
  });

  it('is found without a look at what is not due yet, nor at all that was once', async () => {
    for (let n = 0; n < MANY; n += 1) await silence(await connection(), { due_at: LATER });
    const who = await connection();
    for (let n = 0; n < MANY; n += 1) await silence(who, { ended_at: ago(1) });
    const due = await silence(who);
    const { db, cost } = countingDatabase(env.DB);
    expect((await takeDueSilences(db, NOW, LATER, MANY)).map(({ id }) => id)).toEqual([due]);
    // Those of the connection once, for the one that is due.
    expect(cost.rowsRead).toBeLessThan(1.5 * MANY);
  });

  it('is put off only where it was not asked for', async () => {
    const who = await connection();
    const [due, asked, other] = [
      await silence(who),
      await silence(who, { asked_at: ago(3) }),
      await silence(who),
    ];
    await runAll(env.DB, postponeSilencesStatements([due, asked], LATER));
    const times = [due, asked, other].map(async (id) => (await silenceRow(id))?.due_at);
    expect(await Promise.all(times)).toEqual([LATER, ago(1), ago(1)]);
  });
});

describe('days are asked for', () => {
  /** The silences whose requests were written. */
  const asked = async (...ids: readonly number[]): Promise<readonly number[]> => {
    const requests = await storeCatchUps(
      env.DB,
      ids.map((id) => ({ id, backfill_id: `asks-${id}` })),
      NOW_MS,
    );
    return ids.filter((id) => requests.includes(`asks-${id}`));
  };

  it('of all that is due of a connection at once', async () => {
    const who = await connection();
    const both = [await silence(who), await silence(who, { resource: 'sleep' })];
    expect(await asked(...both)).toEqual(both);
  });

  it('of nothing that was asked for, ended, or is somebody’s who is being erased', async () => {
    const erased = await connection();
    const ids = [
      await silence(await connection(), { asked_at: ago(3) }),
      await silence(await connection(), { ended_at: ago(1) }),
      await silence(erased),
    ];
    await isErased(erased);
    expect(await asked(...ids)).toEqual([]);
  });

  it('of no connection that ended or is another’s, though its person has one that stands', async () => {
    const ended = await connection({ deactivated_at: ago(1) });
    await connection({ user: ended.user });
    const given = await connection();
    await connection({ user: given.user });
    const ids = [await silence(ended), await silence(given)];
    await env.DB.prepare('update terra_connections set user_id = ? where terra_user_id = ?')
      .bind(ended.user, given.terraId)
      .run();
    expect(await asked(...ids)).toEqual([]);
  });

  it('of no connection that was asked within a day, but of one that was asked before, and beside others', async () => {
    const [lately, before, alone] = [await connection(), await connection(), await connection()];
    await silence(lately, { asked_at: ago(0.5) });
    await silence(before, { asked_at: ago(1.5) });
    const [late, again, first] = [await silence(lately), await silence(before), await silence(alone)];
    expect(await asked(late, again, first)).toEqual([again, first]);
  });
});

describe('a list of silences', () => {
  const listed = async (filter = {}, before = Number.MAX_SAFE_INTEGER) =>
    (await readSilences(env.DB, { ...EVERYBODY, ...filter }, before, MANY)).map(({ id }) => id);

  it('holds what has not ended, of the person, the provider and the kind that are asked for', async () => {
    const [oura, garmin] = [await connection(), await connection({ provider: 'garmin' })];
    const overdue = await silence(oura);
    await silence(oura, { ended_at: ago(1) });
    const gap = await silence(oura, { kind: 'gap' });
    const other = await silence(garmin);
    expect(await listed()).toEqual([other, gap, overdue]);
    expect(await listed({}, other)).toEqual([gap, overdue]);
    expect(await listed({ userId: oura.user })).toEqual([gap, overdue]);
    expect(await listed({ provider: 'garmin' })).toEqual([other]);
    expect(await listed({ kind: 'gap' })).toEqual([gap]);
    const own = await allRows<{ id: number }>(env.DB, personSilencesStatement(asUserId(oura.user), MANY));
    expect(own.map(({ id }) => id)).toEqual([overdue, gap]);
  });

  it('comes with each connection that is judged, of it alone and without what ended', async () => {
    const [who, other] = [await connection(), await connection()];
    const open = await silence(who, { since: ago(9) });
    await silence(who, { ended_at: ago(1) });
    const judged = await readJudgedConnections(env.DB, 0, MANY);
    expect(judged.map(({ terra_user_id, open: list }) => [terra_user_id, JSON.parse(list)])).toEqual([
      [who.terraId, [[open, 'daily', ago(9), 'overdue']]],
      [other.terraId, []],
    ]);
    const after = await readJudgedConnections(env.DB, judged[0]?.position ?? 0, MANY);
    expect(after).toEqual(judged.slice(1));
  });
});

describe('the days of a person that have rows', () => {
  it('are theirs alone, of one source each, and so are the gaps that are known', async () => {
    const [who, other] = [await connection(), await connection()];
    await connection({ user: who.user, provider: 'garmin', deactivated_at: ago(1) });
    await connection({ user: other.user, provider: 'whoop' });
    const days = [who, other].flatMap(({ user }, place) =>
      ['2026-02-0', '2026-01-1'].map((day) => [user, `${day}${place + 1}`]),
    );
    for (const [user = '', datetime = ''] of days)
      for (const source of ['oura', 'garmin'])
        await insertRow('daily_summary', { user_id: user, source, datetime });
    const gap = await silence(who, { kind: 'gap' });
    await silence(who);
    await silence(other, { kind: 'gap' });
    const { present, known } = await readPresentDays(env.DB, asUserId(who.user), '2026-02-01');
    expect(known.map(({ id }) => id)).toEqual([gap]);
    expect(present).toEqual([
      { terra_user_id: who.terraId, resource: 'daily', days: ['2026-02-01'] },
      { terra_user_id: who.terraId, resource: 'activity', days: [] },
      { terra_user_id: who.terraId, resource: 'sleep', days: [] },
      { terra_user_id: who.terraId, resource: 'body', days: [] },
    ]);
  });

  it('are looked at person by person, each once a round, and not of what a rebuild makes', async () => {
    const people = [await connection(), await connection(), await connection()].map(({ user }) => user);
    await insertRow('users', { id: `rebuild:${people[0]}`, rebuild_of: people[0] ?? '' });
    const [first] = await readPeopleAfter(env.DB, 0, 1);
    const rest = await readPeopleAfter(env.DB, first?.position ?? 0, MANY);
    expect([first, ...rest].map((one) => one?.user_id)).toEqual(people);
  });
});

describe('what is found', () => {
  it('is noted of connections that stand and of nobody who is being erased', async () => {
    const [stands, ended, erased] = [
      await connection(),
      await connection({ deactivated_at: ago(1) }),
      await connection(),
    ];
    await isErased(erased);
    const found = [stands, ended, erased].map(({ terraId }) => ({
      ...{ terra_user_id: asTerraUserId(terraId), resource: 'daily' as const, since: ago(9), usual_s: null },
      ...{ from_date: '2026-02-20', to_date: '2026-02-21' },
    }));
    await runAll(env.DB, storeSilencesStatements('gap', found, NOW));
    const { results } = await env.DB.prepare('select terra_user_id from silences').all();
    expect(results).toEqual([{ terra_user_id: stands.terraId }]);
  });

  it('ends once, and nothing else ends with it', async () => {
    const who = await connection();
    const [open, ended, other] = [
      await silence(who),
      await silence(who, { ended_at: ago(1), outcome: 'over' }),
      await silence(who),
    ];
    await runAll(env.DB, endSilencesStatements([open, ended], 'given_up', NOW));
    expect(await silenceRow(open)).toMatchObject({ ended_at: NOW, outcome: 'given_up' });
    expect(await silenceRow(ended)).toMatchObject({ ended_at: ago(1), outcome: 'over' });
    expect(await silenceRow(other)).toMatchObject({ ended_at: null, outcome: null });
  });
});

it('what is learned of a connection is written to it alone, while it is the same person’s', async () => {
  const learnt = await connection();
  const sibling = await connection({ user: learnt.user });
  const given = await connection();
  const erased = await connection();
  await isErased(erased);
  const learned = [learnt, { user: learnt.user, terraId: given.terraId }, erased].map(
    ({ user, terraId }) => ({
      terra_user_id: asTerraUserId(terraId),
      user_id: asUserId(user),
      receipts: '{"daily":{}}',
    }),
  );
  await storeReceipts(env.DB, learned, { afterId: 0, lastId: 7 }, NOW);
  const kept = async ({ terraId }: Connection) =>
    env.DB.prepare('select receipts from terra_connections where terra_user_id = ?')
      .bind(terraId)
      .first('receipts');
  expect(await Promise.all([learnt, sibling, given, erased].map(kept))).toEqual([
    '{"daily":{}}',
    null,
    null,
    null,
  ]);
});
