import { describe, expect, it } from 'vitest';
import { RAW_MAX_BYTES, rawItem } from './raw-item.ts';
import type { JsonObject } from './types.ts';

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}

/** An item whose JSON has exactly so many bytes. */
function itemOfBytes(bytes: number, rest: JsonObject = {}): JsonObject {
  const empty = { note: '', ...rest };
  return { ...empty, note: 'n'.repeat(bytes - bytesOf(JSON.stringify(empty))) };
}

const NESTED = {
  metadata: { summary_id: 'run-1' },
  heart: { hr_samples: [{ bpm: 60 }], summary: { avg: 61 } },
};

describe('rawItem', () => {
  it('keeps an item as delivered, samples and all', () => {
    expect(rawItem(NESTED)).toBe(JSON.stringify(NESTED));
  });

  it('keeps an item of exactly 64 KB as delivered', () => {
    const item = itemOfBytes(RAW_MAX_BYTES, NESTED);
    expect(rawItem(item)).toBe(JSON.stringify(item));
  });

  it('drops the samples of an item one byte over, at any depth, and says so', () => {
    const samples = {
      hr_samples: Array.from({ length: 40 }, () => ({ bpm: 60 })),
      laps: [{ speed_samples: [1] }],
    };
    const item = itemOfBytes(RAW_MAX_BYTES + 1, samples);
    expect(JSON.parse(rawItem(item))).toEqual({ note: item.note, laps: [{}], _samples_omitted: true });
  });

  it('drops nothing but samples where that is enough', () => {
    const points = Array(1_001).fill(1);
    const item = { hr_samples: Array(40_000).fill(60), points };
    expect(JSON.parse(rawItem(item))).toEqual({ points, _samples_omitted: true });
  });

  it('counts bytes of UTF-8, not characters', () => {
    const item = { note: 'ä'.repeat(40_000), a_samples: [1] };
    expect(JSON.parse(rawItem({ ...item, note: 'ä'.repeat(32_000) })).a_samples).toEqual([1]);
    expect(JSON.parse(rawItem(item))).toEqual({ note: null, _samples_omitted: true });
  });

  it('keeps a field named like samples that is no array', () => {
    const item = { count_samples: 7, hr_samples: Array(40_000).fill(60) };
    expect(rawItem(item)).toBe('{"count_samples":7,"_samples_omitted":true}');
  });

  it('empties the longest of the other arrays first', () => {
    const item = { laps: [1, 2, 3], samples: Array(40_000).fill(60), points: Array(900).fill(1) };
    expect(JSON.parse(rawItem(item))).toEqual({
      laps: [1, 2, 3],
      samples: [],
      points: item.points,
      _samples_omitted: true,
    });
  });

  it('empties every array where that alone helps', () => {
    const lap = { note: 'x'.repeat(900) };
    const item = { laps: Array(8).fill(Array(10).fill(lap)), metadata: { name: 'run' } };
    expect(JSON.parse(rawItem(item))).toEqual({
      laps: [],
      metadata: { name: 'run' },
      _samples_omitted: true,
    });
  });

  it('drops giant strings after that', () => {
    const item = { polyline: 'x'.repeat(70_000), metadata: { name: 'run' } };
    expect(JSON.parse(rawItem(item))).toEqual({
      polyline: null,
      metadata: { name: 'run' },
      _samples_omitted: true,
    });
  });

  it('keeps the mark alone of an item of endless keys', () => {
    const item = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`key_${index}`, index]));
    expect(rawItem(item)).toBe('{"_samples_omitted":true}');
  });

  it('cuts what is nested deeper than 200 levels instead of exhausting the stack', () => {
    const deep = JSON.parse(`{"metadata":{"name":"run"},"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`);
    const kept = rawItem(deep);
    expect(kept).toBe(
      `{"metadata":{"name":"run"},"a":${'['.repeat(199)}null${']'.repeat(199)},"_samples_omitted":true}`,
    );
  });

  it('keeps 200 levels as delivered', () => {
    const item = { a: JSON.parse(`${'['.repeat(199)}${']'.repeat(199)}`) };
    expect(rawItem(item)).toBe(JSON.stringify(item));
  });

  it('leaves NUL, lone surrogates and __proto__ to the escaping of JSON', () => {
    const text = '{"note":"\\u0000\\ud800","__proto__":{"a":1}}';
    expect(rawItem(JSON.parse(text))).toBe(text);
    const large = JSON.parse(`{"__proto__":{"a":1},"x_samples":[${'1,'.repeat(40_000)}1]}`);
    expect(rawItem(large)).toBe('{"__proto__":{"a":1},"_samples_omitted":true}');
  });
});
