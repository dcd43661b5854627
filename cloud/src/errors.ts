import type { ErrorBody } from './contract/errors.ts';

/**
 * How a function tells what came of its work. What is expected to happen (a file too large, a token refused, a
 * race lost) is a value: a tagged union whose one tag is `state`, `{state: 'read', file}` or
 * `{state: 'refused', reason}`, for the caller to narrow or switch over. Null says "there is none", and nothing
 * else. What is thrown is a bug, infrastructure that does not answer, or an `ApiError` on its way to the answer
 * of a route. `kind` tells what a thing is, not how something ended; `ok` is a word of our HTTP answers.
 */

/** Every error code of `/v1` and `/admin`, and the status it travels with. */
export const ERROR_STATUS = {
  invalid_request: 400,
  expected_multipart: 400,
  missing_file_field: 400,
  authorization_pending: 400,
  slow_down: 400,
  expired_token: 400,
  access_denied: 400,
  invalid_grant: 400,
  unauthorized: 401,
  not_found: 404,
  idempotency_key_mismatch: 409,
  idempotency_key_in_use: 409,
  not_retriable: 409,
  sync_expired: 410,
  file_too_large: 413,
  unsupported_file_type: 415,
  rate_limited: 429,
  internal: 500,
  misconfigured: 500,
  terra_failed: 502,
  terra_upload_failed: 502,
  unavailable: 503,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof ERROR_STATUS;
export type ErrorStatus = (typeof ERROR_STATUS)[ErrorCode];

/** The one error a route throws. `message` is for the caller: it names the field and the remedy. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  /** When to ask again, told in the header `Retry-After`. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, { retryAfterSeconds }: { retryAfterSeconds?: number } = {}) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get status(): ErrorStatus {
    return ERROR_STATUS[this.code];
  }
}

/** The wire form of an error. A misconfiguration says only that there is one; its name is in the log. */
export function errorBody(error: ApiError, requestId: string): ErrorBody {
  const message =
    error.code === 'misconfigured'
      ? 'the server is not configured for this route; see its log'
      : error.message;
  return { error: { code: error.code, message, request_id: requestId } };
}

/** Whatever was thrown, as text that fits a column. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** For work whose parts do not need each other: where some failed, one error that tells of all of them. */
export function throwTogether(failures: readonly unknown[]): void {
  if (failures.length > 0) throw new AggregateError(failures, failures.map(errorText).join('; '));
}
