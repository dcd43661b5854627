import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { insertRaw } from '../../test/support/raw-rows.ts';
import {
  type Columns,
  insertConnection,
  insertPerson,
  insertRow,
  rowWhere,
} from '../../test/support/rows.ts';
import { isoTime } from '../clock.ts';
import { DAY_MS } from '../limits.ts';
import {
  extendImportStatement,
  latestImportGuardStatement,
  readImport,
  readImports,
  readLatestImport,
} from './imports.ts';
import { runAll } from './statements.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12);
const NOW = isoTime(NOW_MS);
const ago = (days: number) => isoTime(NOW_MS - days * DAY_MS);
const PROCESSED = '2026-03-01 11:00:00.000';

async function connectedPerson() {
  const user = await insertPerson();
  return { user, terraId: await insertConnection(user) };
}

type Person = Awaited<ReturnType<typeof connectedPerson>>;

async function importOf({ user }: Person, columns: Columns = {}): Promise<string> {
  const id = crypto.randomUUID();
  await insertRow('imports', { id, user_id: user, days: 10, requests: 4, created_at: ago(1), ...columns });
  return id;
}

/** A request of an import for ten days of February, that Terra took under this reference. */
async function request({ user, terraId }: Person, importId: string, columns: Columns = {}): Promise<void> {
  await insertRow('backfills', {
    id: crypto.randomUUID(),
    user_id: user,
    terra_user_id: terraId,
    resource: 'daily',
    start_date: '2026-02-01',
    end_date: '2026-02-10',
    import_id: importId,
    status: 'sent',
    sent_at: ago(1),
    terra_reference: `reference-${importId}`,
    next_attempt_at: NOW,
    created_at: ago(1),
    ...columns,
  });
}

/** Rows of the person on these days, in every table that a day has rows in. */
async function rowsOn({ user }: Pick<Person, 'user'>, source: string, ...days: readonly string[]) {
  for (const day of days) {
    const at = `${day}T06:00:00.000Z`;
    await insertRow('daily_summary', { user_id: user, source, datetime: day });
    await insertRow('activities', { user_id: user, source, start_time: at });
    await insertRow('sleep_sessions', { user_id: user, source, start_time: at, end_time: at, raw: '{}' });
    await insertRow('biomarkers_raw', {
      user_id: user,
      source: `${source}_body`,
      draw_date: day,
      code: 'weight',
    });
  }
}

const NO_ROWS = { daily_summary: 0, activities: 0, sleep_sessions: 0, biomarkers_raw: 0 };

describe('the rows that an import shows', () => {
  it('are those of its sources on the days that it asked for, and a day more', async () => {
    const who = await connectedPerson();
    const id = await importOf(who);
    await request(who, id);
    await rowsOn(who, 'oura', '2026-01-31', '2026-02-01', '2026-02-11', '2026-02-12');
    await rowsOn(who, 'garmin', '2026-02-05');
    expect((await readImport(env.DB, who.user, id))?.rows).toEqual({
      daily_summary: 2,
      activities: 2,
      sleep_sessions: 2,
      biomarkers_raw: 2,
    });
  });

  it('are none of days or of sources that another import asked for', async () => {
    const who = await connectedPerson();
    const garmin = await insertConnection(who.user, { provider: 'garmin' });
    const [id, other] = [await importOf(who), await importOf(who)];
    await request(who, id);
    await request({ ...who, terraId: garmin }, other, { start_date: '2026-01-01', end_date: '2026-02-20' });
    await rowsOn(who, 'oura', '2026-01-20', '2026-02-15');
    await rowsOn(who, 'garmin', '2026-02-05');
    expect((await readImport(env.DB, who.user, id))?.rows).toEqual(NO_ROWS);
  });

  it('are none of days that somebody else asked for under the same id, nor of a source that is not the person’s any more', async () => {
    const [who, other] = [await connectedPerson(), await connectedPerson()];
    const id = await importOf(who);
    await request(who, id);
    await request({ ...other, terraId: who.terraId }, id, {
      start_date: '2026-01-01',
      end_date: '2026-02-20',
    });
    await rowsOn(who, 'oura', '2026-01-20', '2026-02-05');
    expect((await readImport(env.DB, who.user, id))?.rows.daily_summary).toBe(1);
    await env.DB.prepare('update terra_connections set user_id = ? where id = ?')
      .bind(other.user, who.terraId)
      .run();
    expect((await readImport(env.DB, who.user, id))?.rows).toEqual(NO_ROWS);
  });

  it('are none where only somebody else asked under this id by a connection of the person', async () => {
    const [who, other] = [await connectedPerson(), await connectedPerson()];
    const second = { ...who, terraId: (await connectedPerson()).terraId };
    const id = await importOf(who);
    await request(second, id);
    await request({ ...other, terraId: who.terraId }, id);
    await rowsOn(who, 'oura', '2026-02-05');
    expect((await readImport(env.DB, who.user, id))?.rows).toEqual(NO_ROWS);
  });
});

describe('what came of the requests of an import', () => {
  it('is told of the person’s own requests and events, under the reference of each', async () => {
    const [who, other] = [await connectedPerson(), await connectedPerson()];
    const id = await importOf(who);
    await request(who, id);
    await request(who, id, { resource: 'sleep', terra_reference: 'another' });
    await request(other, id);
    const answer = { processed_at: PROCESSED, terra_reference: `reference-${id}`, user_id: who.user };
    await insertRaw(
      answer,
      { ...answer, terra_reference: `reference-${id}:chunk:1` },
      { ...answer, user_id: other.user },
      { ...answer, terra_reference: 'unasked' },
    );
    const requests = (await readImport(env.DB, who.user, id))?.requests ?? [];
    expect(requests.map(({ resource, received }) => [resource, received])).toEqual([
      ['daily', 2],
      ['sleep', 0],
    ]);
  });

  it('is told of no import that is somebody else’s or unknown', async () => {
    const [who, other] = [await connectedPerson(), await connectedPerson()];
    const id = await importOf(other);
    expect(await readImport(env.DB, who.user, id)).toBeNull();
    expect(await readImport(env.DB, other.user, 'none')).toBeNull();
  });
});

describe('a person’s imports', () => {
  it('are listed the latest first, from a place on, and nobody else’s with them', async () => {
    const [who, other] = [await connectedPerson(), await connectedPerson()];
    const [first, second, third] = [
      await importOf(who, { created_at: ago(3) }),
      await importOf(who, { created_at: ago(2) }),
      await importOf(who, { created_at: ago(1) }),
    ];
    await importOf(other, { created_at: NOW });
    const listed = async (after: Parameters<typeof readImports>[2]) =>
      (await readImports(env.DB, who.user, after, 10)).map(({ id }) => id);
    expect(await listed(null)).toEqual([third, second, first]);
    expect(await listed([ago(2), second])).toEqual([first]);
    expect((await readLatestImport(env.DB, who.user))?.id).toBe(third);
  });

  it('stop a commit that read another latest one, and nobody else’s does', async () => {
    const [who, other] = [await connectedPerson(), await connectedPerson()];
    const passes = (seen: Awaited<ReturnType<typeof readLatestImport>>) =>
      runAll(env.DB, [latestImportGuardStatement(who.user, seen)]).then(
        () => true,
        () => false,
      );
    await importOf(other, { created_at: NOW });
    expect(await passes(null)).toBe(true);
    const id = await importOf(who);
    const seen = await readLatestImport(env.DB, who.user);
    expect([await passes(null), await passes(seen)]).toEqual([false, true]);
    await runAll(env.DB, [extendImportStatement(who.user, { id, days: 20, requests: 8 })]);
    expect(await passes(seen)).toBe(false);
    expect(await rowWhere('imports', 'id', id)).toMatchObject({ days: 20, requests: 8 });
  });
});
