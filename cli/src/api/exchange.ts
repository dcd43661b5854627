import type { ErrorBody } from '../../../cloud/src/contract/errors.ts';
import { AmyError } from '../errors.ts';
import {
  PIECE_TIMEOUT_MS,
  RETRIES_MAX,
  RETRY_AFTER_MAX_S,
  TOLD_AFTER_MS,
  WAITING_TOLD_AFTER_MS,
} from '../limits.ts';
import { isFields } from '../shape.ts';

export type Sending = {
  /** Added to the request's own. */
  readonly headers: Readonly<Record<string, string>>;
  /** Until an answer begins; between its pieces it is no longer either. */
  readonly timeoutMs: number;
  /** A busy server is waited for; otherwise the error tells how long it wants to be left alone. */
  readonly patient: boolean;
  /** What to do where the server refuses the token. */
  readonly remedy?: string | undefined;
  /** Told before each wait for a busy server. */
  readonly onWait?: ((seconds: number) => void) | undefined;
  /** Told where an answer takes long, and after how many seconds it is given up. */
  readonly onSilence?: ((address: string, seconds: number) => void) | undefined;
  /** Told after a second without an answer; what it gives is called once the waiting is over. */
  readonly onPause?: ((address: string, seconds: number) => () => void) | undefined;
};

type Refused = { readonly status: number; readonly headers: Headers; readonly text: string };

/**
 * The 2xx answer to a request, its body unread; a busy server is asked again as often and as late as it
 * says, within limits. The body is encoded once: a retry sends the same bytes, a form's boundary included.
 * Throws AmyError for every other answer and for none.
 */
export async function sendPatiently(request: Request, sending: Sending): Promise<Response> {
  for (const [name, value] of Object.entries(sending.headers)) request.headers.set(name, value);
  const body = request.body === null ? null : await request.arrayBuffer();
  for (let retries = 0; ; retries += 1) {
    const response = await sendOnce(request, body, sending);
    if (response.ok) return response;
    const text = textOf(await readBody(response, sending.timeoutMs));
    const refused = { status: response.status, headers: response.headers, text };
    const wait = retryAfterSeconds(refused, Date.now());
    if (wait === null) throw refusal(refused, request.url, sending.remedy);
    if (!sending.patient || retries === RETRIES_MAX || wait > RETRY_AFTER_MAX_S) {
      throw busy(refused, request.url, wait);
    }
    sending.onWait?.(wait);
    await new Promise((resume) => setTimeout(resume, wait * 1_000));
  }
}

function sendOnce(
  request: Request,
  body: ArrayBuffer | null,
  { timeoutMs, onSilence, onPause }: Sending,
): Promise<Response> {
  let goOn: (() => void) | undefined;
  const tellPause = () => {
    goOn = onPause?.(addressOf(request.url), timeoutMs / 1_000);
  };
  const pause = setTimeout(tellPause, Math.min(TOLD_AFTER_MS, timeoutMs / 3));
  const tellSilence = () => onSilence?.(addressOf(request.url), timeoutMs / 1_000);
  const silence = setTimeout(tellSilence, Math.min(WAITING_TOLD_AFTER_MS, timeoutMs / 3));
  const giveUp = new AbortController();
  const patience = setTimeout(() => giveUp.abort(silent('no answer', timeoutMs)), timeoutMs);
  return reach(request.url, () =>
    fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body,
      // The token goes to the address the person named, and nowhere else.
      redirect: 'manual',
      signal: giveUp.signal,
    }),
  ).finally(() => {
    clearTimeout(pause);
    goOn?.();
    clearTimeout(silence);
    clearTimeout(patience);
  });
}

/**
 * The body of an answer that has begun, however long that takes: only a pause is not waited for.
 * Throws `network_failed`.
 */
export function readBody(
  { url, body }: Pick<Response, 'url' | 'body'>,
  timeoutMs: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const pauseMs = Math.min(timeoutMs, PIECE_TIMEOUT_MS);
  return reach(url, async () => {
    const pieces: Uint8Array[] = [];
    const reader = body?.getReader();
    for (;;) {
      const piece = await nextPiece(reader, pauseMs);
      if (piece === undefined) return new Uint8Array(Buffer.concat(pieces));
      pieces.push(piece);
    }
  });
}

/** Undefined at the end. */
async function nextPiece(
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
  pauseMs: number,
): Promise<Uint8Array | undefined> {
  const pause = Promise.withResolvers<never>();
  const patience = setTimeout(() => pause.reject(silent('no more of the answer', pauseMs)), pauseMs);
  try {
    return (await Promise.race([reader?.read(), pause.promise]))?.value;
  } catch (error) {
    // What is still on its way would keep the process alive.
    reader?.cancel().catch(() => {});
    throw error;
  } finally {
    clearTimeout(patience);
  }
}

function silent(what: string, waitedMs: number): Error {
  return new Error(`${what} within ${waitedMs / 1_000} s`);
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** What `receive` gets from the server at this address. Throws `network_failed` where it fails. */
async function reach<Received>(url: string, receive: () => Promise<Received>): Promise<Received> {
  try {
    return await receive();
  } catch (cause) {
    const reason = networkReason(cause);
    throw new AmyError('network_failed', `cannot reach ${addressOf(url)}: ${reason}; ${REMEDY}`, { cause });
  }
}

const REMEDY = 'check the network and the address (--url or AMY_API_URL names another), then try again';

/** `fetch failed` alone helps nobody: the reason is in the cause, or in the first of several. */
function networkReason(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown.name === 'ConnectTimeoutError') return 'no connection within 10 s';
  if (thrown instanceof AggregateError && thrown.errors.length > 0) {
    return networkReason(thrown.errors[0]);
  }
  return thrown.cause instanceof Error ? networkReason(thrown.cause) : thrown.message;
}

/** Seconds a 429 or 503 asks to wait (RFC 9110, 10.2.3: a number or a date); null where it asks for none. */
function retryAfterSeconds(refused: Refused, nowMs: number): number | null {
  const header = refused.headers.get('retry-after');
  if ((refused.status !== 429 && refused.status !== 503) || header === null) return null;
  if (/^\d+$/.test(header)) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - nowMs) / 1_000));
}

function refusal(refused: Refused, url: string, remedy?: string): AmyError {
  const told = parseJson(refused.text);
  const hint = refused.status === 401 && remedy !== undefined ? `; ${remedy}` : '';
  const { status } = refused;
  if (isErrorBody(told)) {
    const { code, message, request_id } = told.error;
    return new AmyError(code, `${message}${hint}`, { requestId: request_id, status });
  }
  const target = refused.headers.get('location');
  const reason = target === null ? `HTTP status ${status}` : `a redirect to ${target}`;
  return new AmyError(
    'unexpected_answer',
    `${addressOf(url)} answered with ${reason} and no explanation${hint}`,
    { requestId: refused.headers.get('x-request-id') ?? undefined, status },
  );
}

function isErrorBody(told: unknown): told is ErrorBody {
  if (!isFields(told) || !isFields(told.error)) return false;
  const { code, message, request_id } = told.error;
  return [code, message, request_id].every((one) => typeof one === 'string');
}

function busy(refused: Refused, url: string, seconds: number): AmyError {
  const cause = refusal(refused, url);
  return new AmyError('server_busy', `${addressOf(url)} is busy; try again in ${seconds} s`, {
    requestId: cause.requestId,
    status: refused.status,
    retryAfterSeconds: seconds,
    cause,
  });
}

/** An address as errors name it: what was asked for there stays out. */
export function addressOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/** Undefined, which no schema accepts, where the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
