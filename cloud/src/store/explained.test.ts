import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { insertRaw, type RawColumns } from '../../test/support/raw-rows.ts';
import { type Columns, insertConnection, insertPerson, insertRow } from '../../test/support/rows.ts';
import { newTerraId } from '../../test/support/stack.ts';
import type { UserId } from '../ids.ts';
import { eventsByHashStatement, nightsStatement, readExplainedRow, readNamedLabEvents } from './explained.ts';
import { allRows } from './statements.ts';

describe('the nights that a date counts', () => {
  const DATE = '2026-03-10';

  /** A date whose cells name sessions. */
  const date = (user: string, sessions: readonly string[], columns: Columns = {}) =>
    insertRow('daily_summary', {
      user_id: user,
      source: 'oura',
      datetime: DATE,
      cells: JSON.stringify({ sleep: sessions.map((item) => [item, []]) }),
      ...columns,
    });

  async function session(user: string, item: string, columns: Columns = {}): Promise<void> {
    const { source = 'oura', kind = 'sleep', start_time = `start of ${item}` } = columns;
    await insertRow('item_homes', { user_id: user, kind, source, item, start_time });
    if (kind !== 'sleep') return;
    await insertRow('sleep_sessions', { user_id: user, source, start_time, end_time: 'end', raw: '{}' });
  }

  const nights = async (user: UserId) =>
    (await allRows<{ source: string; start_time: string }>(env.DB, nightsStatement(user, 'oura', DATE)))
      .map(({ source, start_time }) => `${source} ${start_time}`)
      .toSorted();

  it('are those that its cells name, where they live now', async () => {
    const user = await insertPerson();
    await date(user, ['one', 'two', 'gone']);
    await session(user, 'one');
    await session(user, 'two', { start_time: 'moved' });
    await session(user, 'three');
    expect(await nights(user)).toEqual(['oura moved', 'oura start of one']);
  });

  it('are of the same person, source and date', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    await date(user, ['one']);
    await date(user, ['of the day after'], { datetime: '2026-03-11' });
    await date(user, ['of another source'], { source: 'garmin' });
    await date(other, ['of somebody else']);
    for (const item of ['of the day after', 'of another source', 'of somebody else'])
      await session(user, item);
    await session(user, 'one', { source: 'garmin' });
    await session(user, 'one', { kind: 'activity', start_time: 'start of of another source' });
    await session(other, 'one');
    expect(await nights(user)).toEqual([]);
    await session(user, 'one');
    expect(await nights(user)).toEqual(['oura start of one']);
    const explained = await readExplainedRow(env.DB, user, { table: 'daily_summary', key: ['oura', DATE] });
    expect(explained?.beside.map(({ start_time }) => start_time)).toEqual(['start of one']);
  });
});

describe('the events that a cell names', () => {
  async function events(user: string, ...rows: readonly RawColumns[]): Promise<readonly number[]> {
    return insertRaw(...rows.map((row) => ({ user_id: user, ...row })));
  }

  it('are found by their hash under the Terra ids of the person’s connections, and of none that is another’s', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    const [own, theirs] = [await insertConnection(user), await insertConnection(other)];
    const unknown = newTerraId();
    const [hash, second] = [crypto.randomUUID(), crypto.randomUUID()];
    const [named] = await events(user, { terra_user_id: own, dedup_key: hash });
    await events(user, { terra_user_id: own, dedup_key: second });
    await events(user, { terra_user_id: own, dedup_key: hash, event_type: 'auth' });
    await events(other, { terra_user_id: own, dedup_key: hash, event_type: 'sleep' });
    const [elsewhere] = await events(user, { terra_user_id: unknown, dedup_key: hash });
    await events(user, { terra_user_id: theirs, dedup_key: hash });
    const found = async (idsOf: 'connections' | 'events') =>
      (await allRows<{ id: number }>(env.DB, eventsByHashStatement(user, [hash], idsOf))).map(({ id }) => id);
    expect(await found('connections')).toEqual([named]);
    expect(await found('events')).toEqual(expect.arrayContaining([named, elsewhere]));
    // Somebody else's event of the same hash, under an id that the person has no event of.
    await events(other, { terra_user_id: newTerraId(), dedup_key: hash });
    expect(await found('events')).toHaveLength(3);
  });

  it('are, of labs, the person’s reports and what pings without a Terra user brought, the latest first', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    const [report, completed, failed, ping] = await events(
      user,
      { event_type: 'lab_report', order_ms: 1 },
      { event_type: 'lab_report.completed', order_ms: 2 },
      { event_type: 'lab_report.failed', order_ms: 3 },
      { event_type: 's3_payload', order_ms: 4 },
    );
    await events(
      user,
      { event_type: 's3_payload', terra_user_id: newTerraId() },
      { event_type: 'daily', terra_user_id: '' },
    );
    await events(other, { event_type: 'lab_report' }, { event_type: 's3_payload' });
    const labs = (await readNamedLabEvents(env.DB, user, [])).map(({ id }) => id);
    expect(labs).toEqual([ping, failed, completed, report]);
  });
});
