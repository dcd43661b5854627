import type { ExtractSchema } from 'hono/types';
import { z } from 'zod';
import type { Api } from '../../../cloud/src/contract/api.ts';
import { HEALTH_TIMEOUT_MS } from '../limits.ts';
import { parseAnswer, type Server, sendingOf } from './api.ts';
import { addressOf, readBody, sendPatiently, textOf } from './exchange.ts';

/** `info.version` of the API that this program speaks. */
export const SPOKEN_VERSION = 1;

/** What the commands of this program ask for that a server of an earlier day may lack. */
export const ASKED_PATHS = [
  '/v1/digest',
  '/v1/digest/rows',
  '/v1/events',
  '/v1/explain',
  '/v1/import',
  '/v1/me',
  '/v1/sync',
] as const satisfies readonly (keyof ExtractSchema<Api>)[];

const healthy = z.object({ ok: z.literal(true) });
const described = z.object({
  info: z.object({ title: z.literal('Amy'), version: z.string() }),
  paths: z.record(z.string(), z.unknown()),
});

export type ServerHealth = {
  /** This machine's clock less the server's, to a second or so; null where the server does not tell its time. */
  readonly clockOffMs: number | null;
  /** Of the API. */
  readonly version: string;
  /** Paths that this program asks for and the server does not have. */
  readonly lacks: readonly string[];
};

/** What a server says of itself to anybody: `GET /healthz`, its `Date`, and its OpenAPI document. Throws as `ask` does. */
export async function askHealth(asker: Server): Promise<ServerHealth> {
  const askedMs = Date.now();
  const health = await get(asker, '/healthz', healthy);
  const middleMs = (askedMs + health.beganMs) / 2;
  const { info, paths } = (await get(asker, '/openapi.json', described)).answer;
  return {
    clockOffMs: health.dateMs === null ? null : Math.round(middleMs - health.dateMs),
    version: info.version,
    lacks: ASKED_PATHS.filter((path) => !Object.hasOwn(paths, path)),
  };
}

async function get<Answer>(asker: Server, path: string, answer: z.ZodType<Answer>) {
  const sending = sendingOf(asker, 'application/json', { patient: false, timeoutMs: HEALTH_TIMEOUT_MS });
  const response = await sendPatiently(new Request(asker.server + path), sending);
  const beganMs = Date.now();
  // In whole seconds, so that the middle of the second is meant.
  const told = Date.parse(response.headers.get('date') ?? '') + 500;
  const text = textOf(await readBody(response, sending.timeoutMs));
  return {
    answer: parseAnswer(text, answer, addressOf(response.url)),
    beganMs,
    dateMs: Number.isNaN(told) ? null : told,
  };
}
