import { describe, expect, it } from 'vitest';
import { MULTIPART_HEAD_BYTES_MAX, MULTIPART_PARTS_MAX } from '../limits.ts';
import { cutMultipart, partsOf } from './multipart.ts';

const typeOf = (boundary: string) => `multipart/form-data; boundary=${boundary}`;

/** The pieces as text; null where the body is not taken as a form. */
function cut(body: string, contentType: string): readonly string[] | null {
  const form = cutMultipart(new TextEncoder().encode(body), contentType);
  return form === null ? null : form.pieces.map((piece) => new TextDecoder().decode(piece));
}

describe('a form is cut', () => {
  it('at its boundary, wherever the first one stands', () => {
    expect(cut('--b\r\none\r\n--b\r\ntwo\r\n--b--\r\n', typeOf('b'))).toEqual([
      '',
      '\r\none\r\n',
      '\r\ntwo\r\n',
      '--\r\n',
    ]);
    expect(cut('hello\n--b\none', typeOf('b'))).toEqual(['hello\n', '\none']);
  });

  it('at the start of a line and nowhere else', () => {
    expect(cut('--b\r\none --b two--b\r\n--b--', typeOf('b'))).toEqual(['', '\r\none --b two--b\r\n', '--']);
    expect(cut('one --b', typeOf('b'))).toBeNull();
  });

  it.each([
    '----WebKitFormBoundary7MA4YWxkTrZu0gW',
    '------------------------d74496d66958873e',
    '----formdata-undici-012345678901',
    '"with a blank, and:more"',
    'x'.repeat(70),
  ])('with the boundary %s', (boundary) => {
    const plain = boundary.replaceAll('"', '');
    expect(cut(`--${plain}\r\none`, typeOf(boundary))).toEqual(['', '\r\none']);
  });
});

/** Headers and content of each part; null where the form is not whole. */
function parts(body: string): readonly (readonly [string, string])[] | null {
  const form = cutMultipart(new TextEncoder().encode(body), typeOf('b'));
  const found = form === null ? null : partsOf(form);
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return found?.map(({ head, content }) => [text(head), text(content)] as const) ?? null;
}

describe('a part is', () => {
  it('its headers and its content, blank lines and line breaks of its own included', () => {
    expect(
      parts(
        '--b\r\nx: 1\r\ny: 2\r\n\r\none\r\n\r\ntwo\r\n\r\n--b\nz: 3\n\nthree\n--b \r\nw: 4\r\n\r\n\r\n--b--',
      ),
    ).toEqual([
      ['x: 1\r\ny: 2', 'one\r\n\r\ntwo\r\n'],
      ['z: 3', 'three'],
      ['w: 4', ''],
    ]);
  });

  it.each([
    ['of a form that does not end', '--b\r\nx: 1\r\n\r\none'],
    ['without a blank line', '--b\r\nx: 1\r\n--b--'],
    ['without an end of its own', '--b\r\nx: 1\r\n\r\n--b--'],
    ['without a line of its own', '--b x\r\n--b--'],
  ])('none %s', (_, body) => {
    expect(parts(body)).toBeNull();
  });
});

describe('what is no form:', () => {
  it.each([
    ['a boundary of dashes', '-'],
    ['many dashes', '-'.repeat(70)],
    ['no boundary', ''],
    ['an empty one', '""'],
    ['a long one', 'x'.repeat(71)],
    ['one that ends with a blank', '"x "'],
    ['one with a character that has no place in it', 'a@b'],
    ['two of them', 'a; boundary=b'],
  ])('%s', (_, boundary) => {
    const plain = boundary.replaceAll('"', '');
    expect(cut(`--${plain}\r\none\r\n--${plain}--`, typeOf(boundary))).toBeNull();
  });

  it('another media type', () => {
    expect(cut('--b\r\none', 'multipart/mixed; boundary=b')).toBeNull();
  });

  it('one part more than any form of ours has', () => {
    const form = (parts: number) => '--b\r\n'.repeat(parts);
    expect(cut(form(MULTIPART_PARTS_MAX + 1), typeOf('b'))).toHaveLength(MULTIPART_PARTS_MAX + 2);
    expect(cut(form(MULTIPART_PARTS_MAX + 2), typeOf('b'))).toBeNull();
  });

  it('a part that begins with very long headers', () => {
    const form = (head: number) =>
      `--b\r\n${'x'.repeat(head)}\r\n\r\n${'y'.repeat(MULTIPART_HEAD_BYTES_MAX)}`;
    expect(cut(form(MULTIPART_HEAD_BYTES_MAX - 6), typeOf('b'))).toHaveLength(2);
    expect(cut(form(MULTIPART_HEAD_BYTES_MAX - 5), typeOf('b'))).toBeNull();
  });

  it('10 MB of dashes, and 10 MB of delimiters, which are not cut to pieces', () => {
    expect(cut('-'.repeat(10_000_000), typeOf('-'))).toBeNull();
    expect(cut('--b\n'.repeat(2_500_000), typeOf('b'))).toBeNull();
  });
});
