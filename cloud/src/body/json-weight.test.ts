import { describe, expect, it } from 'vitest';
import { JSON_COMMAS_MAX, JSON_CONTAINERS_MAX, JSON_KEYS_MAX } from '../limits.ts';
import { isHeavyJson } from './json-weight.ts';
import { parseBody } from './payload.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const list = (items: number, item: string) =>
  `{"type":"daily","data":[${Array(items).fill(item).join(',')}]}`;

describe('a JSON text is heavy', () => {
  it.each(['{}', '[]'])('from one more than so many %s on', (item) => {
    expect(isHeavyJson(bytesOf(list(JSON_CONTAINERS_MAX - 2, item)))).toBe(false);
    expect(isHeavyJson(bytesOf(list(JSON_CONTAINERS_MAX - 1, item)))).toBe(true);
  });

  it('from one more than so many commas on', () => {
    const commas = (count: number) => new Uint8Array(count).fill(0x2c);
    expect(isHeavyJson(commas(JSON_COMMAS_MAX))).toBe(false);
    expect(isHeavyJson(commas(JSON_COMMAS_MAX + 1))).toBe(true);
  });

  it('from one more than so many keys on', () => {
    const keys = (count: number) => bytesOf(`{${Array(count).fill('"k":0').join(',')}}`);
    expect([isHeavyJson(keys(JSON_KEYS_MAX)), isHeavyJson(keys(JSON_KEYS_MAX + 1))]).toEqual([false, true]);
  });
});

describe('a heavy body', () => {
  const many = JSON_CONTAINERS_MAX + 1;

  it('is read without its sample arrays where that is enough', () => {
    const samples = `[${Array(many).fill('{}').join(',')}]`;
    const body = bytesOf(`{"type":"activity","data":[{"a":1,"hr_samples":${samples}}]}`);
    const item = { a: 1, hr_samples: [], _samples_omitted: true };
    expect(parseBody(body)).toEqual({ state: 'read', json: { type: 'activity', data: [item] } });
  });

  it('is too large where it is not, and its envelope is read', () => {
    expect(parseBody(bytesOf(list(many, '{}')))).toEqual({
      state: 'too_large',
      json: { type: 'daily', data: [] },
    });
  });

  it('is too large without an envelope where that is what is heavy', () => {
    const body = bytesOf(`{"type":"daily","data":{"a":[${Array(many).fill('{}').join(',')}]}}`);
    expect(parseBody(body)).toEqual({ state: 'too_large', json: undefined });
  });

  it('that is no JSON is none', () => {
    expect(parseBody(bytesOf(`${list(many, '{}')}x`))).toEqual({ state: 'read', json: undefined });
  });
});
