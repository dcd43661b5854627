import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tokenOf } from '../test/pages.ts';
import { databasePath, normalizeServer, requireToken, serverAddress, tokenSubject } from './settings.ts';

it('takes the server from --url, else AMY_API_URL, else the public one', () => {
  expect(serverAddress('https://a.test', { AMY_API_URL: 'https://b.test' })).toBe('https://a.test');
  expect(serverAddress(undefined, { AMY_API_URL: 'https://b.test/' })).toBe('https://b.test');
  expect(serverAddress(undefined, { AMY_API_URL: '' })).toBe('https://api.amy.health');
});

it('gives one server one name', () => {
  expect(normalizeServer('HTTP://LocalHost:8787//')).toBe('http://localhost:8787');
  expect(normalizeServer('https://a.test/amy/?x=1#y')).toBe('https://a.test/amy');
});

it.each(['', 'api.amy.health', 'localhost:8787', 'file:///etc/passwd'])(
  'takes no "%s" for a server',
  (address) => {
    expect(() => normalizeServer(address)).toThrow(expect.objectContaining({ code: 'invalid_url' }));
  },
);

it('takes the file from --db, else below AMY_HOME, else below ~/.amy', () => {
  expect(databasePath('/x/y.sqlite', { AMY_HOME: '/home' })).toBe('/x/y.sqlite');
  expect(databasePath(undefined, { AMY_HOME: '/home' })).toBe('/home/data/local/persona.sqlite');
  expect(databasePath(undefined, {})).toBe(join(homedir(), '.amy/data/local/persona.sqlite'));
});

it('names AMY_TOKEN where it is missing or cannot be one', () => {
  expect(requireToken({ AMY_TOKEN: ' a.b.c\n' })).toBe('a.b.c');
  const refusal = (code: string) =>
    expect.objectContaining({ code, message: expect.stringContaining('AMY_TOKEN') });
  expect(() => requireToken({})).toThrow(refusal('token_missing'));
  expect(() => requireToken({ AMY_TOKEN: ' ' })).toThrow(refusal('token_missing'));
  expect(() => requireToken({ AMY_TOKEN: 'a\nb' })).toThrow(refusal('token_malformed'));
  expect(() => requireToken({ AMY_TOKEN: '“a”' })).toThrow(refusal('token_malformed'));
});

it('reads whom a token speaks for, where it tells', () => {
  expect(tokenSubject(tokenOf('user_1'))).toBe('user_1');
  expect(tokenSubject('opaque')).toBeNull();
  expect(tokenSubject('a.b.c')).toBeNull();
  expect(tokenSubject(`a.${Buffer.from('{"sub":5}').toString('base64url')}.c`)).toBeNull();
  expect(tokenSubject(`a.${Buffer.from('null').toString('base64url')}.c`)).toBeNull();
});
