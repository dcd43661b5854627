import { OpenAPIHono } from '@hono/zod-openapi';
import type { Env as HonoEnv } from 'hono';
import type { z } from 'zod';
import { ApiError } from '../errors.ts';
import { parsePayload } from '../ingest/payload.ts';
import { readBody } from '../ingest/read-body.ts';
import { JSON_BODY_BYTES_MAX } from '../limits.ts';

/** A router whose bad parameters and bodies are a 400 that names the field and says what it may be. */
export function validatingRouter<AppEnv extends HonoEnv>(): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>({
    strict: false,
    defaultHook: (result) => {
      if (!result.success) throw invalidRequest(result.error);
    },
  });
}

/** A 400 that names the first field that is wrong. */
export function invalidRequest(error: z.ZodError): ApiError {
  const [issue] = error.issues;
  if (issue === undefined) return new ApiError('invalid_request', 'the request is not valid');
  const field = issue.path.join('.');
  return new ApiError('invalid_request', field === '' ? issue.message : `${field}: ${issue.message}`);
}

/**
 * The JSON of a request's body, whatever its content type says; curl sends a form's by default. An empty body
 * is `{}`. Throws a 400 that names the first field that is wrong.
 */
export async function readJsonBody<Body>(request: Request, schema: z.ZodType<Body>): Promise<Body> {
  const body = await readBody(request, JSON_BODY_BYTES_MAX);
  if (!body.ok) {
    throw new ApiError('invalid_request', `the body must be at most ${JSON_BODY_BYTES_MAX} bytes`);
  }
  const parsed = schema.safeParse(body.bytes.byteLength === 0 ? {} : parsePayload(body.bytes));
  if (!parsed.success) throw invalidRequest(parsed.error);
  return parsed.data;
}

const INSTANT =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(?:Z|([+ -]\d{2}):?(\d{2})?)?)?$/i;
/** The years that are written in four digits, so that text order is time order. */
const EARLIEST_MS = Date.parse('0000-01-01T00:00:00.000Z');
const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Any ISO time as unix ms, `2026-01-31 12:00:00` and a date alone included; null where it is none. A time
 * without an offset is UTC. The `+` of an offset that was not escaped in an address arrives as a space.
 */
export function parseInstant(text: string): number | null {
  const match = INSTANT.exec(text);
  if (match === null) return null;
  const [, date = '', time = '00:00', hours, minutes = '00'] = match;
  const offset = hours === undefined ? 'Z' : `${hours.replace(' ', '+')}:${minutes}`;
  const ms = Date.parse(`${date}T${time}${offset}`);
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, EARLIEST_MS), LATEST_MS);
}

/** What a text says as JSON; undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
