import { describe, expect, it } from 'vitest';
import { requestHash } from './request-hash.ts';

type Asked = {
  readonly method?: string;
  readonly url?: string;
  readonly type?: string;
  readonly body?: string;
};

function hashOf({ method = 'POST', url = 'http://amy.test/v1/import?a=1', type, body = 'text' }: Asked = {}) {
  const request = new Request(url, { method, headers: type === undefined ? {} : { 'content-type': type } });
  return requestHash(request, new TextEncoder().encode(body));
}

const form = (boundary: string, value: string) =>
  `--${boundary}\r\ncontent-disposition: form-data; name="file"\r\n\r\n${value}\r\n--${boundary}--\r\n`;
const formType = (boundary: string) => `multipart/form-data; boundary=${boundary}`;

describe('two requests are the same', () => {
  it('where all is the same', () => {
    expect(hashOf()).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf()).toBe(hashOf());
  });

  it('whatever host they go to', () => {
    expect(hashOf({ url: 'https://other.test/v1/import?a=1' })).toBe(hashOf());
  });

  it('however the media type is written', () => {
    expect(hashOf({ type: 'Application/JSON; charset=utf-8' })).toBe(hashOf({ type: 'application/json' }));
  });

  it('whatever boundary their form has, in quotes or without', () => {
    const one = hashOf({ type: formType('one'), body: form('one', 'x') });
    expect(hashOf({ type: formType('another'), body: form('another', 'x') })).toBe(one);
    expect(hashOf({ type: formType('"q"'), body: form('q', 'x') })).toBe(one);
  });
});

describe('two requests differ', () => {
  it.each<[string, Asked]>([
    ['method', { method: 'PUT' }],
    ['path', { url: 'http://amy.test/v1/imports?a=1' }],
    ['query', { url: 'http://amy.test/v1/import?a=2' }],
    ['media type', { type: 'application/json' }],
    ['body', { body: 'texts' }],
  ])('by their %s', (_, other) => {
    expect(hashOf(other)).not.toBe(hashOf());
  });

  it('by a value of their form', () => {
    const one = hashOf({ type: formType('b'), body: form('b', 'x') });
    expect(hashOf({ type: formType('b'), body: form('b', 'y') })).not.toBe(one);
  });

  it('where the same text stands elsewhere', () => {
    const one = hashOf({ url: 'http://amy.test/a', type: 'b', body: 'c' });
    expect(hashOf({ url: 'http://amy.test/a', type: 'bc', body: '' })).not.toBe(one);
  });

  it('where a form is cut into other parts', () => {
    const one = hashOf({ type: formType('b'), body: '--b\nx\n--b\ny' });
    expect(hashOf({ type: formType('b'), body: '--b\nx\n\ny' })).not.toBe(one);
  });

  it('by their boundary, where it is none that a form may have', () => {
    const one = hashOf({ type: formType('-'), body: '---\nx' });
    expect(hashOf({ type: formType('--'), body: '----\nx' })).not.toBe(one);
  });

  it('by a boundary in the middle of a line, which is part of a value', () => {
    const one = hashOf({ type: formType('one'), body: form('one', 'x --one y') });
    expect(hashOf({ type: formType('two'), body: form('two', 'x --two y') })).not.toBe(one);
  });
});
