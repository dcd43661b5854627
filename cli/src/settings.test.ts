import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  credentialsPath,
  databasePath,
  environmentToken,
  normalizeServer,
  serverAddress,
} from './settings.ts';

it('takes the server from --url, else AMY_API_URL, else the one signed in to, else the public one', () => {
  const signedInTo = () => 'https://c.test';
  expect(serverAddress('https://a.test', { AMY_API_URL: 'https://b.test' }, signedInTo)).toBe(
    'https://a.test',
  );
  expect(serverAddress(undefined, { AMY_API_URL: 'https://b.test/' }, signedInTo)).toBe('https://b.test');
  expect(serverAddress(undefined, { AMY_API_URL: '' }, signedInTo)).toBe('https://c.test');
  expect(serverAddress(undefined, {}, () => undefined)).toBe('https://api.amy.health');
});

it('does not look where one is signed in when told the server', () => {
  const signedInTo = () => {
    throw new Error('looked');
  };
  expect(serverAddress('https://a.test', {}, signedInTo)).toBe('https://a.test');
  expect(serverAddress(undefined, { AMY_API_URL: 'https://b.test' }, signedInTo)).toBe('https://b.test');
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

it('keeps the sign-ins below AMY_HOME, else below ~/.amy', () => {
  expect(credentialsPath({ AMY_HOME: '/home' })).toBe('/home/credentials.json');
  expect(credentialsPath({ AMY_HOME: '' })).toBe(join(homedir(), '.amy/credentials.json'));
});

it('names AMY_TOKEN where it cannot be a token', () => {
  expect(environmentToken({ AMY_TOKEN: ' a.b.c\n' })).toBe('a.b.c');
  expect(environmentToken({})).toBeNull();
  expect(environmentToken({ AMY_TOKEN: ' ' })).toBeNull();
  const refusal = expect.objectContaining({
    code: 'token_malformed',
    message: expect.stringContaining('AMY_TOKEN'),
  });
  expect(() => environmentToken({ AMY_TOKEN: 'a\nb' })).toThrow(refusal);
  expect(() => environmentToken({ AMY_TOKEN: '“a”' })).toThrow(refusal);
});
