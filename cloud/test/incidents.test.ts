import { env } from 'cloudflare:test';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import operating from '../../docs/operating.md?raw';
import { isoTime, sqliteTime } from '../src/clock.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../src/limits.ts';
import { DAILY_RULES } from '../src/normalize/daily-rules.ts';
import { day, event, terraUser, type Who } from './support/events.ts';
import { forgetEverything, IncidentWorld } from './support/incident-world.ts';
import { isPrinted, type RecipeStep, readRecipes } from './support/recipes.ts';
import { answerOf, consume, deliver, newTerraId, newUser, rowsOf, sign } from './support/stack.ts';
import { steppedEnv } from './support/stepped-env.ts';
import { placesOf } from './support/whole-person.ts';

type Incident = {
  /** What goes wrong, until somebody looks. */
  readonly stage: (world: IncidentWorld) => Promise<void>;
  /** What ends outside, before the operator does their part: the service is back, Terra delivers again. */
  readonly ends?: (world: IncidentWorld) => Promise<void>;
  /** What comes to pass where nobody does anything, and comes to the same in the end. */
  readonly byItself?: (world: IncidentWorld) => Promise<void>;
  /** What holds once all that the page says was done. */
  readonly repaired: (world: IncidentWorld) => Promise<void>;
};

const INCIDENT_MS = Date.UTC(2026, 2, 10, 9);

function someone(): Who {
  return { user: newUser(), terraId: newTerraId(), provider: 'OURA' };
}

/** Somebody with a connection, as if they had come long ago. */
async function connected(world: IncidentWorld): Promise<Who> {
  const who = someone();
  const since = isoTime(INCIDENT_MS - 40 * DAY_MS);
  await env.DB.batch([
    env.DB.prepare('insert into users(id) values (?)').bind(who.user),
    env.DB.prepare(
      `insert into terra_connections(id, user_id, terra_user_id, provider, reference_id, connected_at, state_at)
values (?2, ?1, ?2, 'oura', ?1, ?3, ?3)`,
    ).bind(who.user, who.terraId, since),
  ]);
  await world.terra.answers(`/userInfo?reference_id=${who.user}`, 200, [terraUser(who)]);
  return who;
}

const daily = (who: Who, steps: number, date = '2026-03-02') => event('daily', who, [day({ steps, date })]);

async function stepsOf({ user }: Who): Promise<unknown[]> {
  return (await rowsOf('daily_summary', user)).map(({ steps }) => steps);
}

/** The cron comes, and comes again: what it took before is leased for five minutes. */
const ticks = async (world: IncidentWorld) => {
  for (let tick = 0; tick < 2; tick += 1) await world.wait(5 * MINUTE_MS);
};

const later = async (world: IncidentWorld) => {
  expect(await world.deliverAgain()).toBe(0);
  await world.work();
};

const INCIDENTS: Readonly<Record<string, (who: Who) => Incident>> = {
  'The queue is down': (who) => ({
    async stage(world) {
      world.away.add('TERRA_EVENTS');
      for (const date of ['2026-03-02', '2026-03-03', '2026-03-04'])
        expect(await world.deliver(daily(who, 10, date))).not.toBeNull();
      await world.wait(20 * MINUTE_MS);
    },
    async ends(world) {
      world.away.clear();
    },
    byItself: ticks,
    async repaired() {
      expect(await stepsOf(who)).toEqual([10, 10, 10]);
    },
  }),

  'The database answers with errors': (who) => ({
    async stage(world) {
      await world.deliver(daily(who, 1));
      world.away.add('DB');
      expect(await world.deliver(daily(who, 2, '2026-03-03'))).toBeNull();
      await world.wait(20 * MINUTE_MS);
    },
    async ends(world) {
      world.away.clear();
      await later(world);
    },
    byItself: ticks,
    async repaired() {
      expect(await stepsOf(who)).toEqual([1, 2]);
    },
  }),

  'The database stalls': (who) => {
    const stalled = Promise.withResolvers<void>();
    return {
      async stage(world) {
        const asked = Promise.withResolvers<void>();
        const { env: slow } = steppedEnv(world.env, async (call, perform) => {
          if (call > 0) return perform();
          asked.resolve();
          await stalled.promise;
          return perform();
        });
        const text = JSON.stringify(daily(who, 3));
        vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], now: Date.now() });
        const headers = { 'terra-signature': sign(text) };
        const pending = answerOf('/webhook', { method: 'POST', body: text, headers, env: slow });
        await asked.promise;
        await vi.advanceTimersByTimeAsync(6_000);
        const { response, settled } = await pending;
        expect(response.status).toBe(503);
        await vi.advanceTimersByTimeAsync(74_000);
        vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
        stalled.resolve();
        await settled();
        expect(world.takeMessages()).toEqual([]);
        expect(await (await deliver(text, { env: world.env })).json()).toMatchObject({ duplicate: true });
        await world.work();
      },
      async repaired() {
        expect(await stepsOf(who)).toEqual([3]);
      },
    };
  },

  'A bad normalizer was released': (who) => ({
    async stage(world) {
      // The release is the fault: one rule of it is wrong, and breaks where there are no steps.
      const [source] = DAILY_RULES.steps.sources;
      const right = source.read;
      const bad = vi.spyOn(source, 'read').mockImplementation((fields, provider) => {
        const reading = right(fields, provider);
        if (reading === null) throw new TypeError("Cannot read properties of null (reading 'value')");
        return { ...reading, value: 10 * reading.value };
      });
      await world.deliver(daily(who, 1_000));
      await world.deliver(event('daily', who, [day({ date: '2026-03-03', restingHeartRate: 50 })]));
      await world.work();
      await world.wait(25 * HOUR_MS);
      world.variables.PERSON = who.user;
      world.outside.set('npm run wrangler -- rollback', async () => void bad.mockRestore());
      // Rows that the bad version made have its number, which is one lower than that of the next.
      world.outside.set('npm run deploy', async () => {
        await env.DB.prepare('update users set rules = rules - 1').run();
      });
    },
    async repaired() {
      expect(await stepsOf(who)).toEqual([1_000, null]);
    },
  }),

  'The URL of a payload has expired': (who) => ({
    async stage(world) {
      const theirs = await connected(world);
      Object.assign(who, theirs);
      const url = `https://payloads.s3.amazonaws.com/${crypto.randomUUID()}`;
      await world.deliver({ type: 's3_payload', status: 'success', url, expires_in: 300 });
      await world.wait(10 * MINUTE_MS);
      for (const path of ['/activity', '/daily', '/sleep', '/body'])
        await world.terra.answers(path, 200, { status: 'success', reference: crypto.randomUUID() });
      world.variables.PERSON = who.user;
    },
    async repaired(world) {
      expect(await world.terra.calls('/daily')).toHaveLength(1);
      await world.deliver(daily(who, 5));
      await world.work();
      expect(await stepsOf(who)).toEqual([5]);
    },
  }),

  'An auth event is missing': (who) => ({
    async stage(world) {
      await env.DB.prepare('insert into users(id) values (?)').bind(who.user).run();
      await world.terra.answers(`/userInfo?reference_id=${who.user}`, 200, [terraUser(who)]);
      for (const path of ['/activity', '/daily', '/sleep', '/body'])
        await world.terra.answers(path, 200, { status: 'success', reference: crypto.randomUUID() });
      const nameless = { ...terraUser(who), reference_id: null };
      await world.deliver({ type: 'daily', user: nameless, data: [day({ steps: 6 })] });
      await world.work();
      world.variables.PERSON = who.user;
    },
    async byItself(world) {
      const results = [{ ...terraUser(who), active: true }];
      await world.terra.answers('/subscriptions', 200, { data: { next: null, results } });
      await world.cron('0 */6 * * *');
    },
    async repaired() {
      expect(await stepsOf(who)).toEqual([6]);
    },
  }),

  'The signing secret is wrong': (who) => ({
    async stage(world) {
      world.changed.TERRA_SIGNING_SECRET = 'the secret of another destination';
      for (let steps = 1; steps <= 4; steps += 1)
        expect(await world.deliver(daily(who, steps, `2026-03-0${steps}`))).toBeNull();
      world.outside.set('npm run wrangler -- secret put TERRA_SIGNING_SECRET', async () => {
        delete world.changed.TERRA_SIGNING_SECRET;
        await later(world);
      });
    },
    async repaired() {
      expect(await stepsOf(who)).toEqual([1, 2, 3, 4]);
    },
  }),

  'A poison event': (who) => ({
    async stage(world) {
      await env.DB.exec(
        "create trigger poison before insert on daily_summary when new.steps = 666 begin select raise(abort, 'refused by a test'); end",
      );
      await world.deliver(daily(who, 1));
      await world.deliver(daily(who, 666, '2026-03-03'));
      await world.deliver(daily(who, 3, '2026-03-04'));
      await world.work();
      expect(await stepsOf(who)).toEqual([1, 3]);
      world.outside.set('npm run deploy', async () => {
        await env.DB.exec('drop trigger poison');
      });
    },
    async repaired() {
      expect(await stepsOf(who)).toEqual([1, 666, 3]);
    },
  }),

  'A cron does not come': (who) => ({
    async stage(world) {
      await world.wait(0);
      world.isCronLost = true;
      await world.deliver(daily(who, 7));
      expect(world.takeMessages()).toHaveLength(1);
      await world.wait(HOUR_MS);
      world.outside.set('npm run deploy', async () => {
        world.isCronLost = false;
      });
    },
    async byItself(world) {
      world.isCronLost = false;
      await ticks(world);
    },
    async repaired() {
      expect(await stepsOf(who)).toEqual([7]);
    },
  }),

  'A provider falls silent': () => {
    const people: Who[] = [];
    return {
      async stage(world) {
        for (const path of ['/activity', '/daily', '/sleep', '/body'])
          await world.terra.answers(path, 200, { status: 'success', reference: crypto.randomUUID() });
        for (let n = 0; n < 6; n += 1) people.push(await connected(world));
        await receiveFor(people, 26);
        await world.wait(0);
        world.variables.PERSON = people[0]?.user ?? '';
      },
      async ends(world) {
        for (const who of people) await world.deliver(daily(who, 8));
        await world.work();
      },
      async repaired(world) {
        expect(await world.terra.calls('/daily')).toHaveLength(7);
        for (const who of people) expect(await stepsOf(who)).toEqual([8]);
      },
    };
  },

  'A person is wiped while their data comes in': (who) => {
    const held = Promise.withResolvers<void>();
    let consuming: Promise<unknown> = Promise.resolve();
    return {
      async stage(world) {
        await world.deliver(daily(who, 1));
        const counted = steppedEnv(world.env, (_, perform) => perform());
        await consume(world.takeMessages(), counted.env);
        const commitCall = counted.calls() - 1;
        await world.deliver(daily(who, 2, '2026-03-03'));
        // Right before its commit, the last call: what it has read and made is of a person who is there.
        const committing = Promise.withResolvers<void>();
        const { env: slow } = steppedEnv(world.env, async (call, perform) => {
          if (call === commitCall) {
            committing.resolve();
            await held.promise;
          }
          return perform();
        });
        consuming = consume(world.takeMessages(), slow);
        await committing.promise;
        world.variables.PERSON = who.user;
      },
      async repaired(world) {
        held.resolve();
        await consuming;
        const late = await deliver(daily(who, 3), { env: world.env });
        expect(await late.json()).toMatchObject({ skipped: 'user_erased' });
        expect(await placesOf([who.user, who.terraId])).toEqual([]);
      },
    };
  },

  'R2 is down': (who) => ({
    async stage(world) {
      world.changed.INLINE_PAYLOAD_BYTES = '2000';
      const large = (steps: number, date: string) => ({
        ...daily(who, steps, date),
        padding: 'x'.repeat(2_000),
      });
      await world.deliver(large(1, '2026-03-02'));
      world.away.add('RAW_PAYLOADS');
      expect(await world.deliver(large(2, '2026-03-03'))).toBeNull();
      await world.deliver(daily(who, 3, '2026-03-04'));
      await world.work();
      expect(await stepsOf(who)).toEqual([3]);
    },
    async ends(world) {
      world.away.clear();
      await later(world);
    },
    byItself: ticks,
    async repaired() {
      expect(await stepsOf(who)).toEqual([1, 2, 3]);
    },
  }),
};

/** Weeks of dailies of each, every nine hours, the last one so many hours ago. */
async function receiveFor(people: readonly Who[], hours: number): Promise<void> {
  const rows = people.flatMap(({ user, terraId }) =>
    Array.from({ length: 45 }, (_, n) => [
      terraId,
      user,
      sqliteTime(Date.now() - (hours + n * 9) * HOUR_MS),
    ]).toReversed(),
  );
  await env.DB.prepare(
    `insert into raw_events(event_type, terra_user_id, user_id, received_at, processed_at, payload, payload_bytes,
  signature_verified, dedup_key)
select 'daily', value->>0, value->>1, value->>2, value->>2, '{}', 2, 1, hex(randomblob(16))
from json_each(?)`,
  )
    .bind(JSON.stringify(rows))
    .run();
}

beforeEach(async () => {
  await forgetEverything();
  vi.useFakeTimers({ toFake: ['Date'], now: INCIDENT_MS });
});

afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await env.DB.exec('drop trigger if exists poison');
});

const RECIPES = readRecipes(operating);

async function follow(world: IncidentWorld, steps: readonly RecipeStep[]): Promise<void> {
  for (const { command, prints } of steps) {
    const printed = await world.run(command);
    for (const line of prints)
      if (!isPrinted(printed, line, world.variables))
        expect.fail(`\`${command}\` should print\n${line}\nand prints\n${printed}`);
  }
}

it('the page has a recipe for each incident that is staged here, and for no other', () => {
  expect(RECIPES.map(({ title }) => title)).toEqual(Object.keys(INCIDENTS));
});

it.each(RECIPES)(
  '$title: is seen and repaired by the commands of the page',
  async ({ title, seen, toDo }) => {
    const world = new IncidentWorld();
    const incident = INCIDENTS[title]?.(someone());
    await incident?.stage(world);
    const event = await env.DB.prepare(
      'select id from raw_events order by processed_at is null desc, id desc limit 1',
    ).first<number>('id');
    world.variables.EVENT = String(event);
    await follow(world, seen);
    await incident?.ends?.(world);
    await follow(world, toDo);
    await incident?.repaired(world);
  },
);

it.each(Object.entries(INCIDENTS).filter(([, incident]) => incident(someone()).byItself !== undefined))(
  '%s: ends by itself as the page says',
  async (_, incidentOf) => {
    const world = new IncidentWorld();
    const incident = incidentOf(someone());
    await incident.stage(world);
    await incident.ends?.(world);
    await incident.byItself?.(world);
    await incident.repaired(world);
  },
);
