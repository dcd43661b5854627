import { expect, test } from 'vitest';
import { isJsonObject, type Json, type JsonObject, valueAt } from '../json.ts';
import { postControl } from '../testing/control.ts';
import { call } from '../testing/receiver.ts';
import { startStack } from '../testing/stack.ts';
import { laterWithoutScores } from './later-daily.ts';

function scoresOf(event: object | undefined): readonly Json[] {
  const scores = valueAt(event as JsonObject, 'data.0.data_enrichment');
  if (!isJsonObject(scores)) throw new Error('the daily has no scores');
  return Object.values(scores).map((score) => score ?? null);
}

test('a daily comes once more with more steps and without its scores', async () => {
  const { terra, receiver } = await startStack();
  const user = terra.connect('user_scores', 'OURA');
  expect((await postControl(terra, 'chaos', { null_enrichment_every: 1 })).body).toMatchObject({
    nullEnrichmentEvery: 1,
  });
  terra.push(user.user_id, '2026-06-11');
  await terra.settled();
  const [first, later, ...others] = terra.deliveries().filter(({ type }) => type === 'daily');
  expect(others).toEqual([]);
  expect(later?.emittedMs).toBeGreaterThan(first?.emittedMs ?? Number.POSITIVE_INFINITY);
  const [before, after] = [first, later].map((one): JsonObject => JSON.parse(String(one?.body)));
  expect(scoresOf(before)).toContainEqual(expect.any(Number));
  expect(new Set(scoresOf(after))).toEqual(new Set([null]));
  const stepsAt = 'data.0.distance_data.steps';
  expect(Number(valueAt(after, stepsAt))).toBeGreaterThan(Number(valueAt(before, stepsAt)));
  const { distance_data: _d, data_enrichment: _e, ...rest } = valueAt(before, 'data.0') as JsonObject;
  expect(valueAt(after, 'data.0')).toMatchObject(rest);
  expect(
    receiver
      .events()
      .filter(({ type }) => type !== 'daily')
      .map(({ type }) => type)
      .toSorted(),
  ).toEqual(['auth', 'body', 'sleep']);
});

test('of the answers to a request every Nth webhook of dailies does, under no reference', async () => {
  const { terra } = await startStack({ chaos: { nullEnrichmentEvery: 2 } });
  const user = terra.connect('user_chunks', 'OURA');
  await call(terra, `/daily?user_id=${user.user_id}&start_date=2026-01-01&end_date=2026-06-30`);
  await terra.settled();
  const dailies = terra.deliveries().filter(({ type }) => type === 'daily');
  const chunks = dailies.filter(({ reference }) => reference !== null);
  expect(chunks).toHaveLength(7);
  expect(dailies).toHaveLength(7 + 3);
});

test('leaves steps that are no number as they are', () => {
  const odd = { distance_data: { steps: '8000', distance_meters: 10 }, data_enrichment: { immune_index: 7 } };
  expect(laterWithoutScores(odd)).toEqual({
    distance_data: { steps: '8000', distance_meters: 111.4 },
    data_enrichment: { immune_index: null },
  });
});

test('refuses a wrong number of them', async () => {
  const { terra } = await startStack();
  const { status, body } = await postControl(terra, 'chaos', { null_enrichment_every: 0.5 });
  expect([status, body.message]).toEqual([400, 'null_enrichment_every is a whole number from 0 up']);
});
