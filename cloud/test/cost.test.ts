import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { countingDatabase } from './support/counting-database.ts';
import { day, event, night, terraUser, type Who, workout } from './support/events.ts';
import { consume, deliver, envWithOutbox, ingest, newTerraId, newUser } from './support/stack.ts';

function someone(): Who {
  return { user: newUser(), terraId: newTerraId() };
}

/** 28 days of a month number, one item a day. */
function month(number: number, item: (date: string) => Record<string, unknown>): Record<string, unknown>[] {
  return Array.from({ length: 28 }, (_, i) => {
    const ms = Date.UTC(2024, 0, 1) + (number * 28 + i) * 86_400_000;
    return item(new Date(ms).toISOString().slice(0, 10));
  });
}

/** What the simulated band sends of a day: ten codes of a scale and four vitals, all of them other with `value`. */
function scaleAndVitals(value: number, weight = value): Record<string, unknown> {
  const measurement = {
    measurement_time: '2026-03-02T07:00:00+01:00',
    weight_kg: weight,
    height_cm: value + 100,
    BMI: value - 45,
    BMR: value + 1_500,
    bodyfat_percentage: value - 50,
    water_percentage: value - 10,
    muscle_mass_g: value * 800,
    lean_mass_g: value * 850,
    bone_mass_g: value * 42,
    visceral_fat_level: value - 63,
  };
  return {
    metadata: { start_time: '2026-03-02T00:00:00+01:00', end_time: '2026-03-03T00:00:00+01:00' },
    measurements_data: { measurements: [measurement] },
    heart_data: { heart_rate_data: { summary: { resting_hr_bpm: value - 20, avg_hrv_rmssd: value } } },
    oxygen_data: { avg_saturation_percentage: value + 26, vo2max_ml_per_min_per_kg: value - 25 },
  };
}

function stackWithCosts() {
  const counting = countingDatabase(env.DB);
  return { ...counting, used: envWithOutbox({ ...env, DB: counting.db }) };
}

describe('what work costs the database', () => {
  it('a webhook is one round trip, a duplicate too, and a duplicate writes nothing', async () => {
    const { cost, reset, used } = stackWithCosts();
    const body = event('daily', someone(), [day({ steps: 1 })]);
    await deliver(body, { env: used.env });
    expect(cost).toMatchObject({ roundTrips: 1, rowsWritten: 5 });
    reset();
    await deliver(body, { env: used.env });
    expect(cost).toMatchObject({ roundTrips: 1, rowsWritten: 0 });
  });

  it('100 messages of 28 days each are three round trips of at most 40 statements', async () => {
    const { cost, reset, used } = stackWithCosts();
    const who = someone();
    for (let i = 0; i < 25; i += 1) {
      const start = (date: string) => `${date}T18:00:00+01:00`;
      await deliver(
        event(
          'daily',
          who,
          month(i, (date) => day({ date, steps: 9_000, stress: 20 })),
        ),
        { env: used.env },
      );
      await deliver(
        event(
          'sleep',
          who,
          month(i, (date) =>
            night({
              id: `night-${date}`,
              start: `${date}T00:10:00+01:00`,
              end: `${date}T07:10:00+01:00`,
              asleep: 24_000,
            }),
          ),
        ),
        { env: used.env },
      );
      await deliver(
        event(
          'activity',
          who,
          month(i, (date) =>
            workout({
              id: `run-${date}`,
              start: start(date),
              end: `${date}T19:00:00+01:00`,
              distance: 9_000,
            }),
          ),
        ),
        { env: used.env },
      );
      await deliver(
        event(
          'body',
          who,
          month(i, (date) => ({
            metadata: { start_time: `${date}T00:00:00+01:00`, end_time: `${date}T23:59:59+01:00` },
            measurements_data: {
              measurements: [{ measurement_time: start(date), weight_kg: 70 + i, bodyfat_percentage: 20 }],
            },
          })),
        ),
        { env: used.env },
      );
    }
    expect(used.outbox.messages).toHaveLength(100);
    reset();
    const fate = await consume(used.outbox.messages, used.env);
    expect(fate.acked).toHaveLength(100);
    expect(cost).toMatchObject({ roundTrips: 3, statements: 24, rowsWritten: 10_704 });
    expect(cost.statements).toBeLessThanOrEqual(40);
    expect(cost.largestParameterCount).toBeLessThanOrEqual(100);
    expect(cost.largestParameter).toBeLessThan(1_900_000);
    expect(cost.largestBatch).toBeLessThan(16_000_000);
    const days = await env.DB.prepare('select count(*) as n from daily_summary where user_id = ?')
      .bind(who.user)
      .first('n');
    expect(days).toBe(700);
  }, 60_000);

  it('every kind of event writes the rows it must and no more', async () => {
    const { cost, reset, used } = stackWithCosts();
    const who = someone();
    const written: Record<string, number> = {};
    const measure = async (name: string, body: unknown, orderingMs: number) => {
      const response = await deliver(body, { env: used.env, orderingMs: Date.UTC(2026, 2, 1) + orderingMs });
      const answer = (await response.json()) as { raw_event_id: number };
      const [message] = used.outbox.messages.splice(0);
      reset();
      const replayed = { rawEventId: answer.raw_event_id, force: true };
      await consume([message ?? replayed], used.env);
      used.outbox.messages.splice(0);
      written[name] = cost.rowsWritten;
    };
    await measure('first daily of a new person', event('daily', who, [day({ steps: 1 })]), 1);
    await measure('daily, new date', event('daily', who, [day({ date: '2026-03-05', steps: 1 })]), 2);
    await measure('daily, changed', event('daily', who, [day({ steps: 2 })]), 3);
    await measure(
      'daily, same value later',
      { ...event('daily', who, [day({ steps: 2 })]), version: '2' },
      4,
    );
    await measure('daily, replayed', event('daily', who, [day({ steps: 2 })]), 3);
    await measure('sleep, new night', event('sleep', who, [night({ asleep: 20_000 })]), 4);
    await measure('activity, new', event('activity', who, [workout()]), 5);
    await measure('activity, changed', event('activity', who, [workout({ calories: 5 })]), 6);
    await measure('body, 14 new codes', event('body', who, [scaleAndVitals(70)]), 6);
    await measure('body, all 14 changed', event('body', who, [scaleAndVitals(71)]), 7);
    await measure('body, replayed', event('body', who, [scaleAndVitals(71)]), 7);
    await measure(
      'body, same values later',
      { ...event('body', who, [scaleAndVitals(71)]), version: '2' },
      8,
    );
    await measure(
      'body, same values, too late',
      { ...event('body', who, [scaleAndVitals(71)]), version: '3' },
      6,
    );
    await measure('body, 1 of 14 changed', event('body', who, [scaleAndVitals(71, 72)]), 9);
    await measure('skipped', event('nutrition', who, []), 7);
    await measure('empty', event('daily', who, []), 8);
    await measure('auth', { type: 'auth', status: 'success', user: terraUser(who) }, 9);
    await measure('deauth', { type: 'deauth', status: 'success', user: terraUser(who) }, 10);
    // One of each, of a commit and not of an event, is the count of what became of its events.
    expect(written).toEqual({
      'first daily of a new person': 9,
      'daily, new date': 7,
      'daily, changed': 6,
      'daily, same value later': 5,
      'daily, replayed': 2,
      'sleep, new night': 10,
      'activity, new': 8,
      'activity, changed': 6,
      'body, 14 new codes': 20,
      'body, all 14 changed': 20,
      'body, replayed': 2,
      'body, same values later': 5,
      'body, same values, too late': 5,
      'body, 1 of 14 changed': 7,
      skipped: 3,
      empty: 3,
      auth: 26,
      deauth: 5,
    });
  });

  it('a body’s day of 14 codes is 19 rows of its own, new or changed, and the count is of its commit', async () => {
    const { cost, reset, used } = stackWithCosts();
    const people = [someone(), someone(), someone()];
    for (const who of people) await deliver(event('daily', who, [day({ steps: 1 })]), { env: used.env });
    await consume(used.outbox.messages.splice(0), used.env);
    for (const value of [70, 71]) {
      for (const who of people) await deliver(event('body', who, [scaleAndVitals(value)]), { env: used.env });
      reset();
      const fate = await consume(used.outbox.messages.splice(0), used.env);
      expect(fate.acked).toHaveLength(people.length);
      expect(cost.rowsWritten).toBe(people.length * 19 + 1);
    }
  });

  it('a night reads no session that does not overlap it, however near', async () => {
    const { cost, reset, used } = stackWithCosts();
    const read = async (naps: readonly string[]): Promise<number> => {
      const who = someone();
      const items = naps.map((date) =>
        night({
          id: date,
          start: `${date}T13:00:00.000000+01:00`,
          end: `${date}T13:30:00.000000+01:00`,
          nap: true,
        }),
      );
      for (const item of items) await ingest(event('sleep', who, [item]));
      const { raw_event_id } = await (await deliver(event('sleep', who, [night({ asleep: 20_000 })]))).json<{
        raw_event_id: number;
      }>();
      reset();
      await consume([{ rawEventId: raw_event_id }], used.env);
      return cost.rowsRead;
    };
    const alone = await read(['2026-02-10']);
    const near = ['2026-02-27', '2026-02-28', '2026-03-03', '2026-03-04'];
    // Itself, its entry of the index and what it says of its times: neither its day nor its home.
    expect(await read(['2026-02-10', ...near])).toBeLessThanOrEqual(alone + 4 * near.length);
  });
});
