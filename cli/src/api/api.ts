import { type ClientResponse, hc } from 'hono/client';
import type { ClientErrorStatusCode, ServerErrorStatusCode, SuccessStatusCode } from 'hono/utils/http-status';
import type { JSONParsed } from 'hono/utils/types';
import type { Api } from '../../../cloud/src/contract/api.ts';
import { AmyError } from '../errors.ts';
import { REQUEST_TIMEOUT_MS } from '../limits.ts';
import { isPrivateLine } from '../settings.ts';
import { addressOf, parseJson, readBody, type Sending, sendPatiently, textOf } from './exchange.ts';
import { withSafeParameters } from './path-parameters.ts';

/** Where the API is. */
export type Server = {
  /** Without a trailing slash, as `normalizeServer` gives it. */
  readonly server: string;
  /** True: the person said `--insecure`, and knows that others may read the token on its way. */
  readonly insecure?: boolean | undefined;
  /** Told before each wait for a busy server. */
  readonly onWait?: ((seconds: number) => void) | undefined;
  /** Told where an answer takes long, and after how many seconds it is given up. */
  readonly onSilence?: ((address: string, seconds: number) => void) | undefined;
  /** Told after a second without an answer; what it gives is called once the waiting is over. */
  readonly onPause?: ((address: string, seconds: number) => () => void) | undefined;
};

/** Where the API is and who asks. */
export type Access = Server & {
  readonly token: string;
  /** What the person can do where the server refuses the token. */
  readonly remedy?: string | undefined;
};

export type AskOptions = {
  /** The same over all retries of one command, so that a POST takes effect once. */
  readonly idempotencyKey?: string;
  /** Until the answer begins. */
  readonly timeoutMs?: number;
  /** False: a busy server is not waited for; the error has its `retryAfterSeconds`. */
  readonly patient?: boolean;
};

/** `api.v1.import.$post({ json: { days: 30 } })`: paths, methods, bodies and queries as the routes define. */
export type ApiClient = ReturnType<typeof hc<Api>>;

/** What tells whether an answer is one, as a schema of zod does. */
export type AnswerSchema<Answer> = {
  safeParse(told: unknown):
    | { readonly success: true; readonly data: Answer }
    | {
        readonly success: false;
        readonly error: {
          readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
        };
      };
};

/** What a route that answers JSON of this type gives, its refusals among it. */
type Answering<Answer> =
  | ClientResponse<JSONParsed<Answer>, SuccessStatusCode, 'json'>
  | ClientResponse<unknown, ClientErrorStatusCode | ServerErrorStatusCode>;

/**
 * One request and its validated answer: the type says what the server should send, only `answer` proves it.
 * Without a token it is a stranger who asks.
 *
 *     ask(access, (api) => api.v1.import.$post({ json: { days: 30 } }), importAccepted)
 *
 * Throws AmyError: the server's own code with its request id, or `network_failed`, `server_busy`,
 * `unexpected_answer`, `invalid_id`, `insecure_server`.
 */
export async function ask<Answer>(
  asker: Server | Access,
  call: (api: ApiClient) => Promise<Answering<NoInfer<Answer>>>,
  answer: AnswerSchema<Answer> | (() => Promise<AnswerSchema<Answer>>),
  options: AskOptions = {},
): Promise<Answer> {
  const sending = sendingOf(asker, 'application/json', options);
  const called = call(clientOf(asker.server, sending));
  // Read while the server works.
  const [response, schema] = await Promise.all([called, typeof answer === 'function' ? answer() : answer]);
  const text = textOf(await readBody(response, sending.timeoutMs));
  return parseAnswer(text, schema, addressOf(response.url));
}

export type ReceivedFile = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** As the server names it. */
  readonly contentType: string | null;
  /** The name to save it under, as the server gives it: not to be trusted. */
  readonly name: string | null;
};

/** One request whose answer is kept as the bytes it is. Throws as `ask` does. */
export async function askFile(
  asker: Server | Access,
  call: (api: ApiClient) => Promise<ClientResponse<unknown>>,
  options: AskOptions = {},
): Promise<ReceivedFile> {
  const sending = sendingOf(asker, '*/*', options);
  const response = await call(clientOf(asker.server, sending));
  const bytes = await readBody(response, sending.timeoutMs);
  const contentType = response.headers.get('content-type');
  return { bytes, contentType, name: nameOf(response.headers) };
}

/** `filename*=UTF-8''<percent encoded>` (RFC 6266, RFC 8187). */
function nameOf(headers: Headers): string | null {
  const disposition = headers.get('content-disposition') ?? '';
  const encoded = /;\s*filename\*=UTF-8''([^;\s]+)/i.exec(disposition)?.[1];
  try {
    return encoded === undefined ? null : decodeURIComponent(encoded);
  } catch {
    return null;
  }
}

function clientOf(server: string, sending: Sending): ApiClient {
  const send = (input: string | URL | Request, init?: RequestInit) =>
    sendPatiently(new Request(input, init), sending);
  return withSafeParameters(hc<Api>(server, { fetch: send }));
}

/** Throws `insecure_server` where a token, or the answer that brings one, would travel in the clear. */
export function sendingOf(asker: Server | Access, accept: string, options: AskOptions): Sending {
  if (!isPrivateLine(asker.server) && asker.insecure !== true) {
    throw new AmyError(
      'insecure_server',
      `${asker.server} is not https: anybody on the way could read your token. Use its https address; where there is none and you accept that, add --insecure`,
    );
  }
  return {
    headers: {
      accept,
      ...('token' in asker && { authorization: `Bearer ${asker.token}` }),
      ...(options.idempotencyKey !== undefined && { 'idempotency-key': options.idempotencyKey }),
    },
    timeoutMs: options.timeoutMs ?? REQUEST_TIMEOUT_MS,
    patient: options.patient ?? true,
    remedy: 'remedy' in asker ? asker.remedy : undefined,
    onWait: asker.onWait,
    onSilence: asker.onSilence,
    onPause: asker.onPause,
  };
}

export function parseAnswer<Answer>(text: string, schema: AnswerSchema<Answer>, where: string): Answer {
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const detail = issue ? ` (${issue.path.join('.') || 'the whole'}: ${issue.message})` : '';
  throw new AmyError('unexpected_answer', `${where} did not answer as an Amy server does${detail}`);
}
