import { describe, expect, it } from 'vitest';
import { storedEvent, USER } from './event.fixture.ts';
import { normalize } from './normalize.ts';

it.each([
  'nutrition',
  'menstruation',
  'athlete',
  'hormone',
  'health_observation',
  'planned_workout',
  'healthcheck',
  'processing',
  'rate_limit_hit',
  'google_no_datasource',
])('skips %s on purpose', (type) => {
  expect(normalize(storedEvent(type), { type, user: USER, data: [{}] })).toEqual({
    state: 'skipped',
    reason: type,
    contributions: [],
  });
});

it.each(['unknown', 'telepathy', 'constructor', '__proto__', 'toString', 'Daily'])(
  'skips the unknown type %s',
  (type) => {
    expect(normalize(storedEvent(type), { data: [] })).toEqual({
      state: 'skipped',
      reason: 'unknown_type',
      contributions: [],
    });
  },
);

describe('large requests', () => {
  const progress = (type: string, body: object): unknown =>
    normalize(storedEvent(type), { type, user: USER, ...body });

  it('tell that a backfill is under way', () => {
    expect(progress('large_request_processing', { status: 'processing', reference: 'ref-1' })).toEqual({
      state: 'skipped',
      reason: 'large_request_processing',
      contributions: [{ kind: 'large_request', reference: 'ref-1', expectedPayloads: null }],
    });
  });

  it('tell how many payloads will come', () => {
    expect(progress('large_request_sending', { reference: 'ref-1', expected_payloads: 43 })).toEqual({
      state: 'skipped',
      reason: 'large_request_sending',
      contributions: [{ kind: 'large_request', reference: 'ref-1', expectedPayloads: 43 }],
    });
  });

  it.each(['43', 4.3, -1, null, Number.POSITIVE_INFINITY])(
    'do not believe a count of %j',
    (expected_payloads) => {
      expect(progress('large_request_sending', { reference: 'ref-1', expected_payloads })).toMatchObject({
        contributions: [{ expectedPayloads: null }],
      });
    },
  );

  it.each([undefined, null, '', 7, {}, 'r'.repeat(301)])('say nothing with the reference %j', (reference) => {
    expect(progress('large_request_sending', { reference, expected_payloads: 43 })).toEqual({
      state: 'skipped',
      reason: 'large_request_sending',
      contributions: [],
    });
  });
});
