import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROPERTY } from '../../test/support/properties.ts';
import { ownerHints, readEnvelope } from './envelope.ts';
import { dataBody, storedEvent, USER } from './event.fixture.ts';
import { type Intraday, readIntraday } from './intraday.ts';
import { EVENT_TYPES, normalize } from './normalize.ts';
import type { Normalized } from './types.ts';

const TYPES = [...EVENT_TYPES, 'unknown'];

/** Every key some normalizer reads, so that arbitrary values reach every reader. */
const KEYS = [
  ...[
    'type',
    'user',
    'new_user',
    'old_user',
    'user_id',
    'reference_id',
    'provider',
    'scopes',
    'status',
    'url',
  ],
  ...[
    'data',
    'metadata',
    'start_time',
    'end_time',
    'summary_id',
    'upload_type',
    'is_nap',
    'name',
    'reference',
  ],
  ...['heart_rate_data', 'summary', 'resting_hr_bpm', 'hr_zone_data', 'duration_seconds', 'scores', 'sleep'],
  ...['measurements_data', 'measurements', 'weight_kg', 'blood_pressure_data', 'blood_pressure_samples'],
  ...[
    'results',
    'source',
    'biomarker',
    'key',
    'measurement',
    'numeric',
    'bounded',
    'value',
    'interpretation',
  ],
  ...[
    'applied_range',
    'reference_ranges',
    'lower',
    'upper',
    'error',
    'code',
    'upload_id',
    'session_id',
    '__proto__',
  ],
  'detailed',
  'hr_samples',
  'stress_data',
  'samples',
  'lap_data',
  'laps',
  'position_data',
  'center_pos_lat_lng_deg',
  'timestamp',
  'bpm',
  'level',
];

const scalar = fc.oneof(
  fc.constantFrom(
    null,
    true,
    0,
    -0,
    1e308,
    -1e308,
    Number.MAX_SAFE_INTEGER,
    '',
    '\u0000',
    '\ud800',
    '\udc00x',
  ),
  fc.constantFrom(
    '2026-03-08T10:00:00+01:00',
    '2026-03-08',
    'oura',
    'user_ana',
    '__proto__',
    'normal',
    'mmol/L',
    '5.4',
  ),
  fc.double(),
  fc.string({ unit: 'binary' }),
);

const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 8 }, scalar, tie('list'), tie('object'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 4 }),
  object: fc.dictionary(fc.constantFrom(...KEYS), tie('value'), { maxKeys: 8 }),
}));

/** As JSON.parse would give it: a __proto__ is a key like any other. */
function asDelivered(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value) ?? 'null');
}

/** What every answer must keep, whatever it was made of. */
function expectStorable(result: Normalized): void {
  if (result.state === 'parked') return;
  const orders = new Set<string>();
  for (const contribution of result.contributions) {
    if (!('columns' in contribution)) continue;
    for (const value of Object.values(contribution.columns)) {
      if (typeof value === 'string')
        expect([value.isWellFormed(), value.includes('\u0000')]).toEqual([true, false]);
      else expect(Number.isFinite(value)).toBe(true);
    }
    orders.add(JSON.stringify([contribution.order, 'code' in contribution ? contribution.code : '']));
  }
  expect(orders.size).toBe(result.contributions.filter((contribution) => 'columns' in contribution).length);
}

function expectSamples({ series }: Intraday): void {
  for (const { samples } of series) {
    expect(new Set(samples.map(({ time }) => time)).size).toBe(samples.length);
    for (const { time, value } of samples)
      expect([Number.isFinite(value), Number.isNaN(Date.parse(time))]).toEqual([true, false]);
  }
}

describe('normalize', () => {
  const TIMES = { start_time: '2026-03-08T00:00:00+01:00', end_time: '2026-03-08T08:00:00+01:00' };
  const item = { metadata: TIMES, distance_data: { steps: 1 }, measurements_data: { day_avg_weight_kg: 70 } };
  const report = { session_id: 's', results: [{ biomarker: 'tsh', value: 2 }] };

  it.each([
    ['daily', dataBody('daily', item), ['daily']],
    ['sleep', dataBody('sleep', item), ['sleep']],
    ['activity', dataBody('activity', item), ['activity']],
    ['body', dataBody('body', item), ['biomarker']],
    ['lab_report', { upload_id: 'u', data: [report] }, ['lab_report', 'biomarker']],
    ['lab_report.completed', { upload_id: 'u', data: report }, ['lab_report', 'biomarker']],
    ['lab_report.failed', { upload_id: 'u', data: { error: { code: 'unreadable' } } }, ['lab_report']],
    ['large_request_processing', { reference: 'r' }, ['large_request']],
    ['large_request_sending', { reference: 'r', expected_payloads: 2 }, ['large_request']],
    ['auth_cancelled', { status: 'error' }, []],
  ])('reads %s by its own reader', (type, body, kinds) => {
    const result = normalize(storedEvent(type), body);
    const contributions = 'contributions' in result ? result.contributions.map(({ kind }) => kind) : null;
    expect(contributions).toEqual(kinds);
    expect(result).not.toMatchObject({ reason: 'unknown_type' });
  });

  it('keeps a ping for whoever fetches its payload', () => {
    expect(
      normalize(storedEvent('s3_payload'), { type: 's3_payload', url: 'http://127.0.0.1/x' }),
    ).toMatchObject({
      state: 'parked',
      code: 'payload_url_refused',
    });
  });

  it.each(TYPES)('never throws on any JSON value as %s, and gives only what can be stored', (type) => {
    fc.assert(
      fc.property(fc.oneof(anyValue, fc.jsonValue({ maxDepth: 4 })), (value) => {
        const payload = asDelivered(value);
        expectStorable(normalize(storedEvent(type), payload));
        expectSamples(readIntraday(storedEvent(type), payload));
        readEnvelope(payload);
        ownerHints(storedEvent(type), payload);
      }),
      { ...PROPERTY, numRuns: 100 },
    );
  });

  it.each(TYPES)('never throws on items of any JSON value as %s', (type) => {
    const metadata = { start_time: '2026-03-08T00:00:00+01:00', end_time: '2026-03-08T08:00:00+01:00' };
    fc.assert(
      fc.property(fc.array(anyValue, { minLength: 1, maxLength: 3 }), (items) => {
        const data = items.map((item) => ({ ...(item as object), metadata, results: items }));
        const payload = asDelivered(dataBody(type, ...data));
        expectStorable(normalize(storedEvent(type), payload));
        expectSamples(readIntraday(storedEvent(type), payload));
      }),
      { ...PROPERTY, numRuns: 100 },
    );
  });

  it.each(TYPES)('gives the same answer twice for %s, and leaves the body alone', (type) => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const payload = asDelivered({ user: USER, data: value });
        const before = JSON.stringify(payload);
        expect(normalize(storedEvent(type), payload)).toEqual(normalize(storedEvent(type), payload));
        expect(JSON.stringify(payload)).toBe(before);
      }),
      { ...PROPERTY, numRuns: 50 },
    );
  });

  it.each(TYPES)('does not exhaust the stack on deep nesting as %s', (type) => {
    const deep = `${'{"data":['.repeat(20_000)}1${']}'.repeat(20_000)}`;
    const item = `{"metadata":{"start_time":"2026-03-08T00:00:00Z","end_time":"2026-03-08T08:00:00Z"},"results":[{"value":1,"deep":${deep}}],"deep":${deep}}`;
    const payload: unknown = JSON.parse(`{"user":${JSON.stringify(USER)},"data":[${item}]}`);
    expectStorable(normalize(storedEvent(type), payload));
    expectStorable(normalize(storedEvent(type), JSON.parse(deep)));
  });

  it.each(TYPES)('survives bodies that are no object as %s', (type) => {
    for (const payload of [undefined, null, true, 7, 'text', [], [{ data: [] }]]) {
      expect(['normalized', 'skipped', 'parked']).toContain(normalize(storedEvent(type), payload).state);
    }
  });
});
