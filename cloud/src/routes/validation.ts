import type { z } from 'zod';
import { ApiError } from '../errors.ts';

/** Of a key that is told back. */
const KEY_CHARS_MAX = 100;

/** A 400 that names the first field that is wrong. */
export function invalidRequest(error: z.ZodError): ApiError {
  const [issue] = error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const field = [...issue.path, issue.keys[0]?.slice(0, KEY_CHARS_MAX)].join('.');
    return new ApiError('invalid_request', `${field}: is no field that can be said here`);
  }
  const { path = [], message = 'the request is not valid' } = issue ?? {};
  return new ApiError('invalid_request', path.length === 0 ? message : `${path.join('.')}: ${message}`);
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
