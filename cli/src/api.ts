import type { z } from 'zod';
import { errorBody } from '../../cloud/src/contract/errors.ts';
import { AmyError } from './errors.ts';
import { REQUEST_TIMEOUT_MS, RETRIES_MAX, RETRY_AFTER_MAX_S } from './limits.ts';

/** Where the API is and who asks. */
export type Connection = {
  /** Without a trailing slash, as `normalizeServer` gives it. */
  readonly server: string;
  readonly token: string;
  /** Told before each wait for a busy server. */
  readonly onWait?: ((seconds: number) => void) | undefined;
};

export type ApiRequest<Answer> = {
  readonly method: 'GET' | 'POST';
  /** From `/v1` on. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: { readonly bytes: Uint8Array<ArrayBuffer> | string; readonly contentType: string };
  /** The same over all retries of one command, so that a POST takes effect once. */
  readonly idempotencyKey?: string;
  readonly answer: z.ZodType<Answer>;
  readonly timeoutMs?: number;
};

type Received = { readonly status: number; readonly headers: Headers; readonly text: string };

/**
 * One request and its validated answer.
 * Throws AmyError: the server's own code with its request id, or `network_failed`, `server_busy`,
 * `unexpected_answer`.
 */
export async function askApi<Answer>(connection: Connection, request: ApiRequest<Answer>): Promise<Answer> {
  const url = new URL(connection.server + request.path);
  const where = url.href;
  for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);

  for (let retries = 0; ; retries += 1) {
    const received = await exchange(url, where, connection, request);
    if (received.status >= 200 && received.status < 300) {
      return parseAnswer(received.text, request.answer, where);
    }
    const wait = retryAfterSeconds(received, Date.now());
    if (wait === null) throw refusal(received, where);
    if (retries === RETRIES_MAX || wait > RETRY_AFTER_MAX_S) throw busy(received, where, wait);
    connection.onWait?.(wait);
    await new Promise((resume) => setTimeout(resume, wait * 1_000));
  }
}

async function exchange<Answer>(
  url: URL,
  where: string,
  connection: Connection,
  request: ApiRequest<Answer>,
): Promise<Received> {
  const timeoutMs = request.timeoutMs ?? REQUEST_TIMEOUT_MS;
  const headers = new Headers({ authorization: `Bearer ${connection.token}`, accept: 'application/json' });
  if (request.body) headers.set('content-type', request.body.contentType);
  if (request.idempotencyKey) headers.set('idempotency-key', request.idempotencyKey);
  try {
    const response = await fetch(url, {
      method: request.method,
      headers,
      body: request.body?.bytes ?? null,
      // The token goes to the address the person named, and nowhere else.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (cause) {
    throw new AmyError('network_failed', `cannot reach ${where}: ${networkReason(cause, timeoutMs)}`, {
      cause,
    });
  }
}

/** `fetch failed` alone helps nobody: the reason is in the cause, or in the first of several. */
function networkReason(thrown: unknown, timeoutMs: number): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown.name === 'TimeoutError') return `no answer within ${timeoutMs / 1_000} s`;
  if (thrown instanceof AggregateError && thrown.errors.length > 0) {
    return networkReason(thrown.errors[0], timeoutMs);
  }
  return thrown.cause instanceof Error ? networkReason(thrown.cause, timeoutMs) : thrown.message;
}

/** Seconds a 429 or 503 asks to wait (RFC 9110, 10.2.3: a number or a date); null where it asks for none. */
function retryAfterSeconds(received: Received, nowMs: number): number | null {
  const header = received.headers.get('retry-after');
  if ((received.status !== 429 && received.status !== 503) || header === null) return null;
  if (/^\d+$/.test(header)) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - nowMs) / 1_000));
}

function parseAnswer<Answer>(text: string, schema: z.ZodType<Answer>, where: string): Answer {
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const detail = issue ? ` (${issue.path.join('.') || 'the whole'}: ${issue.message})` : '';
  throw new AmyError('unexpected_answer', `${where} did not answer as an Amy server does${detail}`);
}

/** Undefined, which no schema accepts, where the text is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(received: Received, where: string): AmyError {
  const told = errorBody.safeParse(parseJson(received.text));
  const hint = received.status === 401 ? '; check AMY_TOKEN' : '';
  if (told.success) {
    const { code, message, request_id } = told.data.error;
    return new AmyError(code, `${message}${hint}`, { requestId: request_id });
  }
  const target = received.headers.get('location');
  const reason = target === null ? `HTTP status ${received.status}` : `a redirect to ${target}`;
  return new AmyError('unexpected_answer', `${where} answered with ${reason} and no explanation${hint}`, {
    requestId: received.headers.get('x-request-id') ?? undefined,
  });
}

function busy(received: Received, where: string, seconds: number): AmyError {
  return new AmyError('server_busy', `${where} is busy; try again in ${seconds} s`, {
    requestId: refusal(received, where).requestId,
    cause: refusal(received, where),
  });
}
