import { describe, expect, it } from 'vitest';
import { UNKNOWN_FIELDS_PER_EVENT_MAX } from '../limits.ts';
import { FULL_DAY } from './event.fixture.ts';
import { unknownFields } from './unknown-fields.ts';

describe('the unknown fields of an event', () => {
  it('are none of what the schemas or the rules know, keys of maps and samples left out among it', () => {
    const day = {
      ...FULL_DAY,
      data_enrichment: { stress_contributors: { anything: 1, 'at all': 2 } },
      temperature_data: { delta: 0.2 },
      device_data: { other_devices: [{ data_provided: ['STEPS'], name: null }] },
    };
    expect(unknownFields('daily', { data: [day] })).toEqual([]);
    const position = { position_samples: [{ coords_lat_lng_deg: [1, 2] }] };
    expect(unknownFields('activity', { data: [{ position_data: position }] })).toEqual([]);
    const flat = { biomarker: 'glucose', value: 5, unit: 'mg/dL', reference_range: { low: 1 } };
    const layered = {
      biomarker: { key: 'glucose' },
      source: { name: 'Glucose' },
      measurement: { numeric: 5 },
    };
    for (const result of [flat, layered]) {
      expect(unknownFields('lab_report', { upload_id: 'u', data: [{ results: [result] }] })).toEqual([]);
      expect(unknownFields('lab_report', { type: 'lab_report', user: {}, results: [result] })).toEqual([]);
      expect(unknownFields('lab_report.completed', { data: { results: [result] } })).toEqual([]);
    }
  });

  it('are named once, by the uppermost key that is unknown, without indices', () => {
    const day = {
      distance_data: { steps: 1, hops: { left: 1, right: 2 } },
      oxygen_data: { vo2_samples: [{ depth: 1 }, { depth: 2 }] },
      mood: null,
    };
    expect(unknownFields('daily', { data: [day, day] })).toEqual([
      'distance_data.hops',
      'oxygen_data.vo2_samples[].depth',
      'mood',
    ]);
    expect(unknownFields('lab_report', { results: [{ biomarker: 'x', chart: 1 }] })).toEqual([
      'data.results[].chart',
    ]);
  });

  it('are not named where the key is no plain name', () => {
    const odd = { 'Ana Pérez': 1, ['x'.repeat(65)]: 2, '': 3, __proto__x: 4 };
    expect(unknownFields('sleep', { data: [{ metadata: odd }] })).toEqual([
      'metadata.(other)',
      'metadata.__proto__x',
    ]);
  });

  it('are of bounded number, whatever the body is', () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`k${n}`, n]));
    expect(unknownFields('body', { data: [many] })).toHaveLength(UNKNOWN_FIELDS_PER_EVENT_MAX);
    const deep: unknown = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`);
    for (const data of [deep, [{ metadata: deep }], null, 'x', [[{ a: 1 }]]]) {
      expect(unknownFields('body', { data })).toEqual([]);
    }
    expect(unknownFields('nutrition', { data: [{ a: 1 }] })).toEqual([]);
    expect(unknownFields('body', null)).toEqual([]);
  });
});
