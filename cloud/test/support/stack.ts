import {
  createExecutionContext,
  createMessageBatch,
  env,
  getQueueResult,
  waitOnExecutionContext,
} from 'cloudflare:test';
import { createHmac } from 'node:crypto';
import { SignJWT } from 'jose';
import { isoTime, storedText, unixMsOf } from '../../src/clock.ts';
import { asTerraUserId, asUserId, type RawEventId, type TerraUserId, type UserId } from '../../src/ids.ts';
import worker from '../../src/index.ts';
import type { QueueMessage } from '../../src/queue/messages.ts';
import { idText } from '../../src/store/packed-ids.ts';
import { PAYLOAD_TEXT } from '../../src/store/payload-text.ts';
import { expectDocumented } from './documented.ts';
import { withLimits } from './limits-everywhere.ts';

/** The Worker's own entry points, driven by hand: what is sent, consumed and asked is decided by the test. */

export const SECRET = 'test-signing-secret';

let people = 0;

/** A user id no other test has. */
export function newUser(): UserId {
  people += 1;
  return asUserId(`user_${people}_${crypto.randomUUID().slice(0, 8)}`);
}

/** A Terra id no other test has. */
export function newTerraId(): TerraUserId {
  return asTerraUserId(crypto.randomUUID());
}

export type DeliverOptions = {
  readonly secret?: string;
  readonly headers?: Record<string, string>;
  readonly path?: string;
  /** Unix ms of X-Terra-Ordering-Timestamp. */
  readonly orderingMs?: number;
  readonly env?: Env;
};

export function sign(
  body: string | Uint8Array,
  secret = SECRET,
  at = Math.floor(Date.now() / 1_000),
): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.`).update(body).digest('hex')}`;
}

/** Sends one signed webhook through the Worker; the queue send it causes has happened when this answers. */
export async function deliver(body: unknown, options: DeliverOptions = {}): Promise<Response> {
  const bytes = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  return request(options.path ?? '/webhook/terra', {
    method: 'POST',
    body: bytes,
    headers: {
      'terra-signature': sign(bytes, options.secret),
      ...(options.orderingMs === undefined
        ? {}
        : { 'x-terra-ordering-timestamp': String(options.orderingMs) }),
      ...options.headers,
    },
    ...(options.env === undefined ? {} : { env: options.env }),
  });
}

/** An address no other test has, each in a /64 of its own: else all would share one rate limit. */
export function newAddress(): string {
  const [a = 0, b = 0] = crypto.getRandomValues(new Uint16Array(2));
  return `2001:db8:${a.toString(16)}:${b.toString(16)}::1`;
}

/** One request to the Worker, with its waitUntil work awaited. */
export async function request(path: string, init: RequestInit & { env?: Env } = {}): Promise<Response> {
  const { response, settled } = await answerOf(path, init);
  await settled();
  return response;
}

/**
 * The answer to one request as soon as it is there, held against the API's document; what goes on under
 * waitUntil is awaited by `settled`.
 */
export async function answerOf(
  path: string,
  { env: used, headers: given, ...rest }: RequestInit & { env?: Env } = {},
): Promise<{ response: Response; settled: () => Promise<void> }> {
  const context = createExecutionContext();
  const headers = new Headers(given);
  if (!headers.has('cf-connecting-ip')) headers.set('cf-connecting-ip', newAddress());
  const init = { ...rest, headers };
  const incoming = new Request<unknown, IncomingRequestCfProperties>(
    `http://amy.test${path}`,
    init as RequestInit<IncomingRequestCfProperties>,
  );
  const response = await worker.fetch(incoming, withLimits(used ?? quietEnv()), context);
  await expectDocumented(incoming.method, new URL(incoming.url).pathname, response);
  return { response, settled: () => waitOnExecutionContext(context) };
}

/** Messages the Worker sent to its queue since the last call, instead of the local queue delivering them. */
export type Outbox = { readonly messages: QueueMessage[] };

/** An env whose queue only remembers what was sent: the test decides when, and in which batches, it is consumed. */
export function envWithOutbox(base: Env = env): { env: Env; outbox: Outbox } {
  const outbox: Outbox = { messages: [] };
  const queue = {
    send: async (body: QueueMessage) => void outbox.messages.push(body),
    sendBatch: async (batch: Iterable<{ body: QueueMessage }>) => {
      for (const { body } of batch) outbox.messages.push(body);
    },
  };
  return { env: { ...base, TERRA_EVENTS: queue as unknown as Queue }, outbox };
}

function quietEnv(): Env {
  return envWithOutbox().env;
}

/** Hands messages to the consumer as one batch; answers which were acknowledged and which are to be retried. */
export async function consume(
  messages: readonly unknown[],
  used: Env = quietEnv(),
  queue = 'terra-events',
): Promise<{ acked: number[]; retried: number[] }> {
  const batch = createMessageBatch(
    queue,
    messages.map((body, i) => ({ id: String(i), timestamp: new Date(0), attempts: 1, body })),
  );
  const context = createExecutionContext();
  await worker.queue(batch, withLimits(used));
  const result = await getQueueResult(batch, context);
  return {
    acked: result.ackAll
      ? messages.map((_, i) => i)
      : result.explicitAcks.map(Number).toSorted((a, b) => a - b),
    retried: result.retryBatch.retry
      ? messages.map((_, i) => i)
      : result.retryMessages.map(({ msgId }) => Number(msgId)).toSorted((a, b) => a - b),
  };
}

/** Delivers a body and normalizes it at once; answers its row of raw_events. */
export async function ingest(body: unknown, options: DeliverOptions = {}): Promise<RawEvent> {
  const response = await deliver(body, options);
  const answer = (await response.json()) as { raw_event_id: number };
  if (response.status !== 200) throw new Error(`the webhook answered ${response.status}`);
  await consume([{ rawEventId: answer.raw_event_id }], options.env);
  return rawEvent(answer.raw_event_id);
}

export type RawEvent = Record<string, string | number | null> & {
  id: RawEventId;
  payload: string;
  processed_at: string | null;
  process_error: string | null;
};

export async function rawEvent(id: number): Promise<RawEvent> {
  const ids = ['request_id', 'trace_id'].map((column) => `${idText(column)} as ${column}`).join(', ');
  const row = await env.DB.prepare(
    `select *, ${PAYLOAD_TEXT} as payload, ${ids} from raw_events where id = ?`,
  )
    .bind(id)
    .first<RawEvent>();
  if (row === null) throw new Error(`there is no raw event ${id}`);
  const { room: _room, ...told } = row;
  return told as RawEvent;
}

/** Rows of a table of one person, bookkeeping columns left out. */
export async function rowsOf(
  table: string,
  userId: string,
  leftOut: readonly string[] = ['user_id', 'updated_at', 'cells', 'rules'],
): Promise<Record<string, unknown>[]> {
  const { results } = await env.DB.prepare(`select * from ${table} where user_id = ? order by 1, 2, 3, 4`)
    .bind(userId)
    .all<Record<string, unknown>>();
  return results.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([column]) => !leftOut.includes(column))),
  );
}

/** The UTC date so many days before a stored instant: a date by the test's clock may be a day later than the Worker's. */
export function daysBefore(stored: unknown, days: number): string {
  return isoTime(unixMsOf(storedText(String(stored))) - days * 86_400_000).slice(0, 10);
}

/** The columns of a row that are not null: a whole row, without listing what nobody knows. */
export function known(row: Record<string, unknown> | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row ?? {}).filter(([, value]) => value !== null));
}

/** An Amy JWT for a user. */
export async function token(userId: string, issuedAt = Math.floor(Date.now() / 1_000)): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setIssuer('amy')
    .setAudience('amy-api')
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + 3_600)
    .sign(new TextEncoder().encode('test-jwt-secret-of-at-least-32-bytes'));
}

/** A request of a signed-in person. */
export async function asPerson(
  userId: string,
  path: string,
  init: RequestInit & { env?: Env } = {},
): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${await token(userId)}`);
  return request(path, { ...init, headers });
}

/** A request of the operator. */
export async function asOperator(path: string, init: RequestInit & { env?: Env } = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('x-admin-key', 'test-admin-key-of-at-least-32-bytes');
  return request(path, { ...init, headers });
}
