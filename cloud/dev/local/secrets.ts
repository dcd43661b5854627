import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { KEY_BYTES_MIN } from '../../src/limits.ts';

const NAMES = [
  'TERRA_DEV_ID',
  'TERRA_API_KEY',
  'TERRA_SIGNING_SECRET',
  'AMY_ADMIN_KEY',
  'AMY_JWT_SECRET',
] as const;

export type LocalSecrets = Readonly<Record<(typeof NAMES)[number], string>>;

/** Everything that a `.dev.vars` says to the local stack; nothing where there is none. */
export function developerVariables(path: string): Readonly<Record<string, string>> {
  if (!existsSync(path)) return {};
  const entries = Object.entries(parseEnv(readFileSync(path, 'utf8')));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/**
 * The local stack's secrets, from where `wrangler dev` takes them too: `.dev.vars` where there is one, else the
 * environment where it has them all, else a `.dev.vars` made at random. Throws naming what an existing file
 * lacks.
 */
export function localSecrets(path: string, environment: NodeJS.ProcessEnv): LocalSecrets {
  if (!existsSync(path)) {
    const given = pick(environment);
    if (given.missing.length === 0) return given.secrets;
    const lines = NAMES.map((name) => `${name}=${randomBytes(24).toString('hex')}`);
    const head = '# Secrets of the local stack, made at random. Not for deployment.';
    writeFileSync(path, `${[head, ...lines].join('\n')}\n`, { mode: 0o600 });
  }
  const { secrets, missing } = pick(parseEnv(readFileSync(path, 'utf8')));
  const short = (['AMY_ADMIN_KEY', 'AMY_JWT_SECRET'] as const).filter(
    (name) => Buffer.byteLength(secrets[name].trim()) < KEY_BYTES_MIN,
  );
  if (missing.length === 0 && short.length > 0) {
    throw new Error(
      `in ${path} ${short.join(', ')} must be ${KEY_BYTES_MIN} bytes or more: lengthen, or delete the file to have it made anew`,
    );
  }
  if (missing.length > 0) {
    throw new Error(`${path} lacks ${missing.join(', ')}: add them, or delete the file to have it made anew`);
  }
  return secrets;
}

function pick(values: Readonly<Record<string, string | undefined>>): {
  secrets: LocalSecrets;
  missing: readonly string[];
} {
  const entries = NAMES.map((name) => [name, values[name] ?? '']);
  return {
    secrets: Object.fromEntries(entries) as Record<(typeof NAMES)[number], string>,
    missing: NAMES.filter((name) => !values[name]),
  };
}
