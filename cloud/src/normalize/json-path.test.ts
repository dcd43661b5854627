import { describe, expect, it } from 'vitest';
import { entriesAt, isJsonObject, valueAt } from './json-path.ts';

describe('valueAt', () => {
  it('follows object keys', () => {
    expect(valueAt({ a: { b: { c: 0 } } }, 'a.b.c')).toBe(0);
  });

  it('is undefined where a step is absent, an array or no object', () => {
    for (const value of [null, 'text', 7, [], { a: null }, { a: [] }, { a: 'text' }]) {
      expect(valueAt(value, 'a.length')).toBeUndefined();
    }
  });

  it('reads nothing from a prototype', () => {
    expect(valueAt({}, 'constructor')).toBeUndefined();
    expect(valueAt(JSON.parse('{"__proto__": {"user_id": "x"}}'), 'user_id')).toBeUndefined();
  });
});

describe('entriesAt', () => {
  it('gives an array as it is and nothing for anything else', () => {
    expect(entriesAt({ a: [1, 2] }, 'a')).toEqual([1, 2]);
    expect(entriesAt({ a: { length: 2 } }, 'a')).toEqual([]);
    expect(entriesAt(null, 'a')).toEqual([]);
  });
});

describe('isJsonObject', () => {
  it('tells objects from arrays, null and scalars', () => {
    expect(isJsonObject({})).toBe(true);
    for (const value of [[], null, undefined, 'text', 7, true]) expect(isJsonObject(value)).toBe(false);
  });
});
