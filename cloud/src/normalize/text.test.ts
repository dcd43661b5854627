import { describe, expect, it } from 'vitest';
import { codeWord, readId, storableText } from './text.ts';

describe('storableText', () => {
  it('keeps ordinary text as it is', () => {
    expect(storableText(' Läufe am Morgen 🏃 ')).toBe(' Läufe am Morgen 🏃 ');
  });

  it('removes NUL and replaces lone surrogates', () => {
    expect(storableText('a\u0000b\ud800c')).toBe('ab\ufffdc');
  });

  it('is null for blank texts and for what is no text', () => {
    for (const value of ['', '  ', '\u0000', 7, true, null, undefined, {}, ['x']])
      expect(storableText(value)).toBeNull();
  });

  it('cuts at 300 characters without splitting one', () => {
    expect(storableText('x'.repeat(300))).toBe('x'.repeat(300));
    expect(storableText('x'.repeat(301))).toBe('x'.repeat(300));
    expect(storableText(`${'x'.repeat(299)}🏃`)).toBe('x'.repeat(299));
    expect(storableText(`${'x'.repeat(298)}🏃y`)).toBe(`${'x'.repeat(298)}🏃`);
  });
});

describe('readId', () => {
  it('takes strings up to 300 characters and whole numbers', () => {
    expect(readId('upl-1')).toBe('upl-1');
    expect(readId('i'.repeat(300))).toBe('i'.repeat(300));
    expect(readId(297405)).toBe('297405');
  });

  it('counts a longer id as absent, rather than cutting it into another', () => {
    expect(readId('i'.repeat(301))).toBeNull();
  });

  it('is null for what is no id', () => {
    for (const value of ['', ' ', 1.5, 2 ** 60, Number.NaN, true, null, undefined, {}, []])
      expect(readId(value)).toBeNull();
  });
});

describe('codeWord', () => {
  it.each([
    ['Access Denied!', 'access_denied'],
    ['file_unreadable', 'file_unreadable'],
    ['__x__', 'x'],
    ['a'.repeat(50), 'a'.repeat(40)],
    ['ÄÖÜ', 'unknown'],
    ['', 'unknown'],
    [7, 'unknown'],
    [null, 'unknown'],
  ])('makes %j the word %s', (value, word) => {
    expect(codeWord(value, 40)).toBe(word);
  });
});
