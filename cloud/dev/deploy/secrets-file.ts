import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { KEY_BYTES_MIN } from '../../src/limits.ts';

/** Those that an operator makes up, several at once while they are rotated: none may be guessed. */
const MADE_UP = ['AMY_ADMIN_KEY', 'AMY_JWT_SECRET'];

export type SecretsFile =
  | { readonly state: 'read'; readonly names: readonly string[] }
  | { readonly state: 'refused'; readonly reasons: readonly string[] };

/** Which secrets a file of NAME=value lines sets, or why it is not taken. No value is told. */
export function readSecretsFile(path: string, known: readonly string[]): SecretsFile {
  if (!existsSync(path)) return { state: 'refused', reasons: [`there is no file ${path}`] };
  const entries = Object.entries(parseEnv(readFileSync(path, 'utf8')));
  const set = entries.filter(([, value]) => value !== undefined && value.trim() !== '');
  const reasons = set.flatMap(([name, value = '']) => faultsOf(name, value, known));
  if (reasons.length > 0) return { state: 'refused', reasons };
  const empty = entries.filter(([name]) => !set.some(([other]) => other === name)).map(([name]) => name);
  return empty.length > 0
    ? { state: 'refused', reasons: empty.map((name) => `${name} has no value`) }
    : { state: 'read', names: set.map(([name]) => name) };
}

function faultsOf(name: string, value: string, known: readonly string[]): readonly string[] {
  if (!known.includes(name)) return [`${name} is no secret of Amy's`];
  if (/(?<!\\)\$/.test(value)) return [`${name} has a $ in it, which wrangler would expand: write \\$`];
  if (!MADE_UP.includes(name)) return [];
  const keys = name === 'AMY_ADMIN_KEY' ? value.split(',') : [value];
  return keys.every((key) => Buffer.byteLength(key.trim()) >= KEY_BYTES_MIN)
    ? []
    : [`${name} is shorter than ${KEY_BYTES_MIN} bytes: openssl rand -hex 32 makes one`];
}
