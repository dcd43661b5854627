import { expect, it } from 'vitest';
import { escapeLine, renderJson } from './escape.ts';

it('shows what would steer a terminal, and leaves the rest', () => {
  expect(escapeLine('\u001b[2J\u009b\u007f\u0007\r\n\t')).toBe('\\x1b[2J\\x9b\\x7f\\x07\\r\\n\\t');
  expect(escapeLine('\u202eabc\u2066\u2028\ufeff\u{e0041}')).toBe(
    '\\u202eabc\\u2066\\u2028\\ufeff\\u{e0041}',
  );
  const plain = 'März ├─┤ C:\\new 👩‍👩‍👧 می‌خواهم ⌚';
  expect(escapeLine(plain)).toBe(plain);
});

it('may escape a line twice', () => {
  const once = escapeLine('C:\\new\u001b\n');
  expect(escapeLine(once)).toBe(once);
});

it('keeps a JSON document’s value, in visible characters', () => {
  const document = { 'a\u009b': ['\u202e\u{e0041}\u001b\n', null, 1] };
  expect(renderJson(document)).toBe('{"a\\u009b":["\\u202e\\udb40\\udc41\\u001b\\n",null,1]}');
  expect(JSON.parse(renderJson(document, 2))).toEqual(document);
  expect(renderJson({ a: 1 }, 2)).toBe('{\n  "a": 1\n}');
});
