import { env } from 'cloudflare:test';
import { afterAll, describe, expect, it } from 'vitest';
import { timedId } from '../src/ids.ts';
import { SEARCH_TIME_IDS } from '../src/limits.ts';
import { drain } from '../src/queue/drain.ts';
import { countingDatabase } from './support/counting-database.ts';
import { addCrowd, addEventsOf, addParked } from './support/crowd.ts';
import { smallPerson } from './support/erasing.ts';
import { terraUser } from './support/events.ts';
import { insertRaw } from './support/raw-rows.ts';
import { asOperator, asPerson, consume, deliver, newTerraId, newUser } from './support/stack.ts';
import { newTerra } from './support/terra.ts';

/**
 * Rows that D1 reads for what used to read whole tables. `npm run read-costs` counts them among a million events of others,
 * the suite among a few: the figures have to be the same.
 */
const { env: vite } = import.meta as unknown as { env: { MODE: string } };
const IS_WHOLE = vite.MODE === 'read-costs';
const CROWDS = IS_WHOLE ? [1_000, 1_000_000] : [1_000, 4_000];
/** 70,000 among a million. */
const PARKED_SHARE = 0.07;
const OWN_EVENTS = 5_000;
const OWN_IN_LISTS = 200;
const FIVE_YEARS_DAYS = 1_825;
const WHOLE_MS = 900_000;
/** More than the time within which a request is looked for beside its own. */
const AN_HOUR_MS = 3_600_000;
/** The first event of a time is known to within so many, and so is the last; a look for each takes some rows more. */
const FOUND_WITHIN_ROWS = 2 * SEARCH_TIME_IDS + 100;

type Heavy = Awaited<ReturnType<typeof heavyPerson>>;

const NUMBERS = (most: number) =>
  `with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${most})`;

/** Somebody with many events, many of all that is listed, and five years of days. */
async function heavyPerson() {
  const { user, terraId } = await smallPerson();
  await env.DB.prepare("update raw_events set processed_at = '2026-03-01 10:00:00.000' where user_id = ?")
    .bind(user)
    .run();
  await addEventsOf(user, terraId, { events: OWN_EVENTS, bytes: 20 });
  const many: readonly (readonly [number, string])[] = [
    [
      OWN_IN_LISTS,
      `insert into imports(id, user_id, days, requests, created_at)
select ?1 || n, ?1, 1, 0, '2026-03-01T10:00:00.000Z' from numbers`,
    ],
    [
      OWN_IN_LISTS,
      `insert into sessions(id, user_id, client, created_at, last_used_at, expires_at)
select ?1 || n, ?1, 'amy', '2026-03-01T10:00:00.000Z', '2026-03-01T10:00:00.000Z', '2999-03-01T10:00:00.000Z' from numbers`,
    ],
    [
      OWN_IN_LISTS,
      `insert into lab_uploads(id, user_id, storage_key, terra_status, terra_upload_id)
select ?1 || '-lab-' || n, ?1, ?1 || n, 'parsed', ?1 || n from numbers`,
    ],
    [
      FIVE_YEARS_DAYS,
      `insert into daily_summary(user_id, source, datetime, steps)
select ?1, s.value, date('2020-01-01', n || ' days'), 1 from numbers, json_each('["oura","garmin"]') s`,
    ],
    [
      FIVE_YEARS_DAYS,
      `insert into sleep_sessions(user_id, source, start_time, end_time, raw)
select ?1, 'oura', date('2020-01-01', n || ' days') || 'T22:00:00.000Z', '', '{}' from numbers`,
    ],
    [
      FIVE_YEARS_DAYS,
      `insert into biomarkers_raw(user_id, source, draw_date, code, value)
select ?1, 'oura_body', date('2020-01-01', n || ' days'), c.value, 1
from numbers, json_each('["weight","height","bmi","spo2","bmr"]') c`,
    ],
  ];
  await env.DB.batch(many.map(([rows, sql]) => env.DB.prepare(`${NUMBERS(rows)}\n${sql}`).bind(user)));
  return { user, terraId, labId: `${user}-lab-1` };
}

type Call = readonly [
  name: string,
  call: (used: Env, heavy: Heavy) => Promise<unknown>,
  /** The most that is right. */
  rowsMax: number,
];

const as =
  (who: 'operator' | 'person', path: (heavy: Heavy) => string, method = 'GET') =>
  async (used: Env, heavy: Heavy) => {
    const init = { method, env: used };
    const asked = path(heavy);
    const response =
      who === 'operator' ? await asOperator(asked, init) : await asPerson(heavy.user, asked, init);
    expect([asked, response.status]).toEqual([asked, 200]);
    return response.text();
  };

const CALLS: readonly Call[] = [
  // These read what waits.
  ['/admin/stats', as('operator', () => '/admin/stats'), IS_WHOLE ? 300_000 : 2_500],
  ['/admin/metrics', as('operator', () => '/admin/metrics'), IS_WHOLE ? 300_000 : 2_500],
  [
    'traces by an unknown request id',
    as('operator', () => `/admin/traces?request_id=${crypto.randomUUID()}`),
    50,
  ],
  [
    'traces by a request id of before all events',
    as('operator', () => `/admin/traces?request_id=${timedId(Date.UTC(2020, 0))}`),
    FOUND_WITHIN_ROWS,
  ],
  [
    'traces by a request id of after all events',
    as('operator', () => `/admin/traces?request_id=${timedId(Date.now() + AN_HOUR_MS)}`),
    FOUND_WITHIN_ROWS,
  ],
  ['traces without a filter', as('operator', () => '/admin/traces'), 200],
  ['the list of dead letters', as('operator', () => '/admin/dlq'), 100],
  ['the drain of the cron', (used) => drain(used, Date.now()), 100],
  ['the drain of an operator', as('operator', () => '/admin/drain', 'POST'), 200],
  ['a connection with 20 parked events', connect, 300],
  ['/v1/me, of five years', as('person', () => '/v1/me'), 100],
  ['/v1/events', as('person', () => '/v1/events'), 50],
  ['/v1/imports', as('person', () => '/v1/imports'), 50],
  ['/v1/auth/sessions', as('person', () => '/v1/auth/sessions'), 50],
  ['/v1/labs', as('person', () => '/v1/labs'), 50],
  ['a lab report', as('person', ({ labId }) => `/v1/labs/${labId}`), 20],
  ['the deletion of a lab report', as('person', ({ labId }) => `/v1/labs/${labId}`, 'DELETE'), 60],
];

/** After which nothing waits. */
const ALL_IS_WELL: Call = [
  'the list of dead letters, where there are none',
  as('operator', () => '/admin/dlq'),
  2,
];

const nothingWaits = () =>
  env.DB.prepare(
    'update raw_events set processed_at = received_at, process_error = null where processed_at is null',
  ).run();

/** Somebody connects whose events came first. */
async function connect(used: Env): Promise<void> {
  const who = { user: newUser(), terraId: newTerraId() };
  await insertRaw(
    ...Array.from({ length: 20 }, () => ({
      terra_user_id: who.terraId,
      attempts: 1,
      process_error: 'no_connection_for_terra_user',
    })),
  );
  const { raw_event_id } = await (await deliver({ type: 'auth', user: terraUser(who) })).json<{
    raw_event_id: number;
  }>();
  await consume([{ rawEventId: raw_event_id }], used);
}

const counted = new Map<string, number[]>();

describe('what is asked for every day', () => {
  it(
    'reads as many rows among many events of others as among few',
    async () => {
      // What other tests left waiting is not of this crowd.
      await nothingWaits();
      let crowd = 0;
      for (const size of CROWDS) {
        await addCrowd(size - crowd);
        await addParked(size * PARKED_SHARE);
        crowd = size;
        const heavy = await heavyPerson();
        // Rows that no event made are counted once.
        await asPerson(heavy.user, '/v1/me', { env: newTerra().env });
        // What waits for somebody is passed over once.
        await drain(newTerra().env, Date.now());
        const terra = newTerra();
        await terra.answers('/lab-reports', 200, { sessions: [] });
        const count = async ([name, call]: Call) => {
          const { db, cost } = countingDatabase(env.DB);
          await call({ ...terra.env, DB: db }, heavy);
          counted.set(name, [...(counted.get(name) ?? []), cost.rowsRead]);
        };
        for (const one of CALLS) await count(one);
        await nothingWaits();
        await count(ALL_IS_WELL);
      }
      for (const [name, , rowsMax] of [...CALLS, ALL_IS_WELL]) {
        const rows = counted.get(name) ?? [];
        expect([name, rows.filter((read) => read > rowsMax)]).toEqual([name, []]);
      }
    },
    WHOLE_MS,
  );

  afterAll(() => {
    console.log(`| rows read by | ${CROWDS.map((size) => `${size} events of others`).join(' | ')} |`);
    for (const [name, rows] of counted) console.log(`| ${name} | ${rows.join(' | ')} |`);
  });
});
