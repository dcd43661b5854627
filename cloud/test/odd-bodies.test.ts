import { env } from 'cloudflare:test';
import { expect, it, vi } from 'vitest';
import { pick, randomFrom, seedOf } from '../dev/terra/random.ts';
import { SKIPPED_EVENT_TYPES } from '../src/event-codes.ts';
import { EVENT_TYPES } from '../src/normalize/normalize.ts';
import { day, event, night, workout } from './support/events.ts';
import { oddBody } from './support/odd-bodies.ts';
import {
  consume,
  deliver,
  envWithOutbox,
  ingest,
  newTerraId,
  newUser,
  request,
  SECRET,
  sign,
} from './support/stack.ts';
import { volume } from './support/volume.ts';

/**
 * Whatever a signed body holds, it is stored, ends with a reason, and touches nobody else. A sample of what
 * `npm run prove -- --of odd-bodies` tries.
 */

const { runs: BODIES, seed: SEED } = volume({ runs: 150, seed: 20_260_305 });
const UNSIGNED = Math.ceil(BODIES / 5);
vi.setConfig({ testTimeout: 120_000 + BODIES * 100 });
const BATCH = 100;
const DELIVERED_AT_ONCE = 20;

const TABLES = [
  'users',
  'daily_summary',
  'sleep_sessions',
  'activities',
  'biomarkers_raw',
  'biomarker_days',
  'terra_connections',
  'item_homes',
  'tombstones',
  'backfills',
  'lab_reports',
  'lab_sessions',
  'large_requests',
] as const;

/** Every row of a person, in every table. */
async function everythingOf(user: string): Promise<Record<string, unknown[]>> {
  const answers = await env.DB.batch(
    TABLES.map((table) =>
      env.DB.prepare(`select * from ${table} where ${table === 'users' ? 'id' : 'user_id'} = ?`).bind(user),
    ),
  );
  return Object.fromEntries(TABLES.map((table, i) => [table, answers[i]?.results ?? []]));
}

async function count(sql: string): Promise<number> {
  return Number(await env.DB.prepare(sql).first('n'));
}

/** A path of names and positions, as `data[0].metadata.start_time`. */
const FIELD_PATH = /^payload_invalid:[A-Za-z_]+(\[\d+\])?(\.[A-Za-z_0-9]+(\[\d+\])?)*$/;
const PARKED = [
  'no_connection_for_terra_user',
  'no_lab_upload_for_upload_id',
  'payload_url_expired',
  'payload_url_refused',
  'owner_conflict',
];

/** What an ended row is called in the counts, or the whole error where it has none of the known endings. */
function ending({ processed_at, process_error }: Record<string, unknown>): string {
  const error = process_error === null ? null : String(process_error);
  if (error === null) return processed_at === null ? 'left unprocessed' : 'normalized';
  if (error.startsWith('payload_invalid:')) {
    if (!FIELD_PATH.test(error)) return `no path: ${error}`;
    return processed_at === null ? 'parked: payload_invalid' : 'normalized, an item refused';
  }
  if (processed_at !== null) return /^skipped:[a-z0-9_]+$/.test(error) ? 'skipped' : `processed: ${error}`;
  return PARKED.includes(error) ? `parked: ${error}` : `exception: ${error}`;
}

it('odd bodies are of every type of event that is more than skipped by its type', () => {
  const names = { users: ['user_odd_1'], terraIds: ['odd-ring-1'] } as const;
  const bodies = Array.from({ length: 2_000 }, (_, n) => oddBody(SEED, n, names));
  const tried = new Set(bodies.flatMap((body) => /"type":"([^"]+)"/.exec(body)?.[1] ?? []));
  const skipped = new Set<string>(SKIPPED_EVENT_TYPES.map(([type]) => type));
  expect(EVENT_TYPES.filter((type) => !skipped.has(type) && !tried.has(type))).toEqual([]);
});

it(`${BODIES} signed odd bodies of seed ${SEED} are stored, and each ends normalized, skipped, or parked for a reason`, async () => {
  const bystander = { user: newUser(), terraId: newTerraId() };
  await ingest({
    type: 'auth',
    status: 'success',
    user: { user_id: bystander.terraId, reference_id: bystander.user, provider: 'OURA' },
  });
  for (const body of [
    event('daily', bystander, [day({ steps: 7 })]),
    event('sleep', bystander, [night({ asleep: 20_000 })]),
    event('activity', bystander, [workout()]),
  ]) {
    await ingest(body);
  }
  const before = await everythingOf(bystander.user);
  const firstId = await count('select max(id) as n from raw_events');

  // No ping names a host that would be asked.
  const { env: used, outbox } = envWithOutbox({ ...env, TERRA_PAYLOAD_HOSTS: '.payloads.invalid' });
  const names = {
    users: ['user_odd_1', 'user_odd_2', 'user_odd_3', 'user_', 'odd_without_prefix'],
    terraIds: ['odd-ring-1', 'odd-ring-2', 'odd-ring-3', 'odd-ring-4'],
  } as const;
  const bodies = Array.from({ length: BODIES }, (_, n) => oddBody(SEED, n, names));
  const statuses: Record<number, number> = {};
  for (let start = 0; start < BODIES; start += DELIVERED_AT_ONCE) {
    const responses = await Promise.all(
      bodies.slice(start, start + DELIVERED_AT_ONCE).map((body) => deliver(body, { env: used })),
    );
    for (const { status } of responses) statuses[status] = (statuses[status] ?? 0) + 1;
  }
  const stored = await count(`select count(*) as n from raw_events where id > ${firstId}`);
  const accepted = statuses[200] ?? 0;
  expect(Object.keys(statuses).filter((status) => status !== '200' && status !== '400')).toEqual([]);
  expect(stored).toBe(new Set(bodies.filter((body) => isObject(body))).size);
  expect(accepted).toBe(bodies.filter((body) => isObject(body)).length);

  // Released events and requests for history come back as messages too; the latter are not sent to anybody here.
  for (let rounds = 0; outbox.messages.length > 0 && rounds < BODIES; rounds += 1) {
    const events = outbox.messages.splice(0, BATCH).filter((message) => 'rawEventId' in message);
    const { acked, retried } = await consume(events, used);
    expect(acked.length + retried.length).toBe(events.length);
    expect(retried).toEqual([]);
  }
  const { results } = await env.DB.prepare('select * from raw_events where id > ? order by id')
    .bind(firstId)
    .all();
  const endings: Record<string, number> = {};
  for (const row of results) endings[ending(row)] = (endings[ending(row)] ?? 0) + 1;
  console.log(`seed ${SEED}: ${JSON.stringify({ statuses, stored, endings })}`);
  const wrong = Object.keys(endings).filter((name) => !/^(normalized|skipped|parked: )/.test(name));
  expect(wrong).toEqual([]);
  // Else the bodies are too odd to try anything.
  expect(endings.normalized).toBeGreaterThan(BODIES / 10);

  expect(await everythingOf(bystander.user)).toEqual(before);
  const people = await env.DB.prepare(
    "select id from users where id <> ? and id not like 'user\\_%' escape '\\'",
  )
    .bind(bystander.user)
    .all();
  expect(people.results).toEqual([]);
});

it(`${UNSIGNED} unsigned or wrongly signed bodies of seed ${SEED} are refused and stored nowhere`, async () => {
  const random = randomFrom(seedOf(SEED, 'unsigned'));
  const before = await count('select count(*) as n from raw_events');
  const objects = (await env.RAW_PAYLOADS.list()).objects.length;
  const names = { users: ['user_odd_1'], terraIds: ['odd-ring-1'] } as const;
  const now = Math.floor(Date.now() / 1_000);
  const reasons: Record<string, number> = {};
  for (let n = 0; n < UNSIGNED; n += 1) {
    const body = oddBody(SEED, n, names);
    const right = sign(body);
    const signature = pick<string | null>(random, [
      null,
      '',
      sign(body, 'another-secret'),
      sign(`${body} `),
      sign(body, SECRET, now - 200_000),
      sign(body, SECRET, now + 3_600),
      right.slice(0, -1),
      right.replace('v1=', 'v0='),
      right.replace(/t=\d+/, `t=${now - 1_000}`),
      right.replace(/t=\d+/, 't=NaN'),
      `t=${now},v1=`,
      `v1=${'0'.repeat(64)}`,
      '~'.repeat(300),
      't=1e9,v1=[object Object]',
      ',,,===',
    ]);
    const response = await request('/webhook/terra', {
      method: 'POST',
      body,
      headers: signature === null ? {} : { 'terra-signature': signature },
    });
    const answer = (await response.json()) as { reason?: string };
    const seen = `${response.status} ${answer.reason}`;
    reasons[seen] = (reasons[seen] ?? 0) + 1;
  }
  console.log(`seed ${SEED}: ${JSON.stringify(reasons)}`);
  expect(
    Object.keys(reasons).filter((seen) => !/^401 (missing|malformed|mismatch|stale|future)$/.test(seen)),
  ).toEqual([]);
  expect(Object.keys(reasons)).toHaveLength(5);
  expect(await count('select count(*) as n from raw_events')).toBe(before);
  expect((await env.RAW_PAYLOADS.list()).objects).toHaveLength(objects);
});

function isObject(body: string): boolean {
  const parsed: unknown = JSON.parse(body);
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
}
