import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { type Json, type JsonObject, parseJsonObject } from '../json.ts';
import { REQUEST_MAX_BYTES } from '../limits.ts';

/** A request, read whole. */
export type Call = {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

export type Reply = {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | Buffer;
  /** Runs once the answer is out: webhooks do not overtake the answer that announces them. */
  readonly after?: () => void;
};

/** Answers a call, or gives null where the path is not its own. */
export type Route = (call: Call) => Reply | null | Promise<Reply | null>;

export async function readCall(request: IncomingMessage, origin: string): Promise<Call> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > REQUEST_MAX_BYTES) throw new RangeError('request body too large');
    chunks.push(chunk);
  }
  return {
    method: request.method ?? 'GET',
    url: new URL(request.url ?? '/', origin),
    headers: request.headers,
    body: Buffer.concat(chunks),
  };
}

export function jsonReply(status: number, body: Json, after?: () => void): Reply {
  const reply = { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return after === undefined ? reply : { ...reply, after };
}

/** Terra's error form (RFC 9457). */
export function problemReply(
  status: number,
  title: string,
  detail: string,
  headers: { readonly [name: string]: string } = {},
): Reply {
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: JSON.stringify({ type: 'about:blank', title, detail }),
  };
}

export function notFound(detail: string): Reply {
  return problemReply(404, 'not found', detail);
}

export function badRequest(detail: string): Reply {
  return problemReply(400, 'bad request', detail);
}

/** The body as a JSON object; an empty body is an empty one. */
export function jsonBody(call: Call): JsonObject | null {
  return call.body.byteLength === 0 ? {} : parseJsonObject(call.body.toString());
}
