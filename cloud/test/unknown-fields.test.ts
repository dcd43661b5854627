import { env } from 'cloudflare:test';
import { beforeEach, expect, it } from 'vitest';
import { isoTime } from '../src/clock.ts';
import { preparedEvent } from '../src/ingest/prepared-event.fixture.ts';
import { prepareEvent } from '../src/ingest/prepared-event.ts';
import { UNKNOWN_FIELDS_MAX } from '../src/limits.ts';
import { runAll } from '../src/store/statements.ts';
import { countUnknownFieldsStatements, readUnknownFields } from '../src/store/unknown-fields.ts';
import { event } from './support/events.ts';
import { asOperator, consume, ingest, newTerraId, newUser } from './support/stack.ts';

const DAY = {
  metadata: { start_time: '2026-03-01T00:00:00+01:00' },
  distance_data: { steps: 8_000 },
};

beforeEach(async () => {
  await env.DB.prepare('delete from unknown_fields').run();
});

it('counts a new field of a delivery by its path, in the same commit and once, and never tells what it held', async () => {
  const who = { user: newUser(), terraId: newTerraId() };
  const aura = { ...DAY, aura_data: { color: 'secret-violet' }, 'born 1984-05-01': 1 };
  const { id } = await ingest(event('daily', who, [aura, aura]));
  await ingest(event('daily', who, [{ ...aura, metadata: { start_time: '2026-03-02T00:00:00+01:00' } }]));
  // The same event again, by an operator's hand.
  await consume([{ rawEventId: id, force: true }]);
  const answer = await (await asOperator('/admin/stats')).text();
  const { unknown_fields } = JSON.parse(answer) as { unknown_fields: unknown };
  const seen = {
    event_type: 'daily',
    count: 2,
    first_seen: expect.any(String),
    last_seen: expect.any(String),
  };
  expect(unknown_fields).toEqual({
    by_event_type: { daily: 4 },
    top: [
      { ...seen, path: '(other)' },
      { ...seen, path: 'aura_data' },
    ],
  });
  expect(answer).not.toMatch(/violet|1984/);
});

it('writes nothing of an event without one', async () => {
  await ingest(event('daily', { user: newUser(), terraId: newTerraId() }, [DAY]));
  expect(await readUnknownFields(env.DB)).toEqual({ by_event_type: {}, top: [] });
});

it.each([
  [true, ['aura_data']],
  [false, []],
])(
  'looks for them only where it is asked to (%s): events that are read anew have nothing new',
  async (seeksUnknownFields, found) => {
    const payload = JSON.stringify({ data: [{ ...DAY, aura_data: 1 }] });
    const row = { ...preparedEvent(1).row, payload };
    const settings = { force: false, payloadHosts: [], seeksUnknownFields };
    expect((await prepareEvent(env.RAW_PAYLOADS, { row }, settings)).unknownFields).toEqual(found);
  },
);

it('remembers a bounded number, and counts on those that it has', async () => {
  const count = (paths: readonly string[], ms: number) =>
    runAll(
      env.DB,
      countUnknownFieldsStatements(
        paths.map((path) => ({ event_type: 'body', path })),
        isoTime(ms),
      ),
    );
  await count(
    Array.from({ length: UNKNOWN_FIELDS_MAX }, (_, n) => `field_${n}`),
    1_000,
  );
  await count(['field_7', 'one_more'], 2_000);
  const { by_event_type, top } = await readUnknownFields(env.DB);
  expect(by_event_type).toEqual({ body: UNKNOWN_FIELDS_MAX + 1 });
  const seen = { first_seen: isoTime(1_000), last_seen: isoTime(2_000) };
  expect(top[0]).toEqual({ event_type: 'body', path: 'field_7', count: 2, ...seen });
});
