import { env } from 'cloudflare:test';
import { inject } from 'vitest';
import { envWithOutbox, type Outbox } from './stack.ts';
import type { Answer, Call } from './terra-server.ts';

/** A Terra of one test's own, under its own path on the server of terra-server.ts. */
export type FarTerra = {
  /** An env whose outbound calls go to this Terra and whose queue only remembers. */
  readonly env: Env;
  readonly outbox: Outbox;
  /** How to answer paths that start so, from the base URL on: `/daily`, `/userInfo`. */
  readonly answers: (path: string, status: number, body: unknown, more?: Partial<Answer>) => Promise<void>;
  /** Gives what was held back. */
  readonly release: () => Promise<void>;
  /** What was asked on such paths, oldest first. */
  readonly calls: (path?: string) => Promise<Call[]>;
};

export function newTerra(base: Env = env): FarTerra {
  const server = inject('terraUrl');
  const prefix = `/${crypto.randomUUID()}/v2`;
  const { env: used, outbox } = envWithOutbox({ ...base, TERRA_API_URL: `${server}${prefix}` });
  return {
    env: used,
    outbox,
    async answers(path, status, body, more = {}) {
      const answer = { path: `${prefix}${path}`, status, body, ...more };
      await fetch(`${server}/control/answer`, { method: 'POST', body: JSON.stringify(answer) });
    },
    async release() {
      await fetch(`${server}/control/release`, { method: 'POST', body: JSON.stringify({ path: prefix }) });
    },
    async calls(path = '') {
      const response = await fetch(`${server}/control/calls?path=${encodeURIComponent(`${prefix}${path}`)}`);
      return response.json<Call[]>();
    },
  };
}

/** The query of a call as an object. */
export function queryOf({ url }: Call): Record<string, string> {
  return Object.fromEntries(new URL(url, 'http://terra.test').searchParams);
}
