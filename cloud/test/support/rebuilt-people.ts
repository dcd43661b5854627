import { env } from 'cloudflare:test';
import { day, event, night, type Who, workout } from './events.ts';
import { ingest, newTerraId, newUser } from './stack.ts';

/** People whose rows are made anew, and what older rules left of them. */

export function someone(): Who {
  return { user: newUser(), terraId: newTerraId(), provider: 'OURA' };
}

/** Two days, a night, two runs of which one moved, and a lab-like code of a body event. */
export async function livedPerson(): Promise<Who> {
  const who = someone();
  await ingest({
    type: 'auth',
    status: 'success',
    user: { ...who, user_id: who.terraId, provider: 'OURA', reference_id: who.user },
  });
  await ingest(
    event('daily', who, [day({ steps: 100, stress: 20 }), day({ date: '2026-03-03', steps: 300 })]),
  );
  await ingest(event('sleep', who, [night({ asleep: 25_200, score: 81 })]));
  await ingest(
    event('activity', who, [
      workout({ distance: 5_000 }),
      workout({ id: 'run-2', start: '2026-03-03T18:00:00.000000+01:00', distance: 7_000 }),
    ]),
  );
  await ingest(
    event('activity', who, [
      workout({ id: 'run-2', start: '2026-03-03T19:00:00.000000+01:00', distance: 7_100 }),
    ]),
  );
  await ingest(event('body', who, [bodyItem(72)]));
  return who;
}

export function bodyItem(kg: number): Record<string, unknown> {
  return {
    metadata: {
      start_time: '2026-03-02T08:00:00.000000+01:00',
      end_time: '2026-03-02T08:00:00.000000+01:00',
    },
    measurements_data: {
      measurements: [{ measurement_time: '2026-03-02T08:00:00.000000+01:00', weight_kg: kg }],
    },
  };
}

/** The rows as an older version would have left them: other values, a row too few, and one under another key. */
export async function asOlderRules(user: string): Promise<void> {
  const run = (sql: string) => env.DB.prepare(sql).bind(user).run();
  await run(
    "update daily_summary set steps = 111.25, stress_score = null, cells = replace(cells, '\",100,', '\",111.25,') where user_id = ? and datetime = '2026-03-02'",
  );
  await run("delete from activities where user_id = ? and start_time = '2026-03-02T17:00:00.000Z'");
  await run("delete from item_homes where user_id = ? and item = 'run-1'");
  await run('update biomarker_days set cells = null where user_id = ?');
  await run(`insert into biomarkers_raw(user_id, source, draw_date, code, value, unit, cells, updated_at)
select user_id, source, draw_date, 'mass', value, 'lb', cells, updated_at from biomarkers_raw where user_id = ? limit 1`);
  await run(`insert into item_homes(user_id, kind, source, item, start_time)
values (?, 'activity', 'oura', 'run-0', '2026-03-09T17:00:00.000Z')`);
  // As it was told when the row went.
  await run(`insert into tombstones(user_id, table_name, key, deleted_at)
values (?, 'activities', '{"source":"oura","start_time":"2026-03-02T17:00:00.000Z"}', '2026-03-02T20:00:00.000Z')`);
  for (const table of ['daily_summary', 'activities', 'sleep_sessions', 'biomarkers_raw'])
    await run(`update ${table} set rules = null where user_id = ?`);
  await run('update users set rules = null where id = ?');
}
