import { z } from 'zod';
import { errorText } from '../errors.ts';
import {
  asLabSessionId,
  asTerraUploadId,
  asTerraUserId,
  type LabSessionId,
  type TerraUploadId,
  type TerraUserId,
  type UserId,
} from '../ids.ts';
import { PAUSED, TERRA_TIMEOUT_MS } from '../limits.ts';
import { requireSecret } from '../settings.ts';
import { readOutboundPause } from '../store/operator-switches.ts';

/**
 * Terra's REST API: the only place that calls out. Answers are parsed, never trusted; a refusal is a value,
 * so that callers say what it means.
 */
export type TerraAnswer<Body> =
  | { readonly state: 'answered'; readonly body: Body }
  /** `status` is null when nobody answered in time. */
  | {
      readonly state: 'failed';
      readonly status: number | null;
      readonly retryAfterSeconds: number | null;
      readonly text: string;
    };

export type HistoryRequest = {
  readonly resource: string;
  readonly terraUserId: TerraUserId;
  readonly startDate: string;
  readonly endDate: string;
};

export const listedUser = z.looseObject({
  user_id: z.string().transform(asTerraUserId),
  provider: z.string(),
  scopes: z.string().nullish(),
  reference_id: z.string().nullish(),
  active: z.boolean().nullish(),
});

export type ListedUser = z.infer<typeof listedUser>;

/** The connections under one reference. */
export type ListedUsers = {
  readonly users: readonly ListedUser[];
  /** False of a single connection, which says nothing about the others. */
  readonly isWhole: boolean;
};

/** A list is published as a bare array and seen wrapped too; `{user}` is the form of one connection. */
const userInfo = z.union([
  z.array(listedUser).transform((users): ListedUsers => ({ users, isWhole: true })),
  z
    .looseObject({ users: z.array(listedUser) })
    .transform(({ users }): ListedUsers => ({ users, isWhole: true })),
  z
    .looseObject({ user: listedUser })
    .transform(({ user }): ListedUsers => ({ users: [user], isWhole: false })),
]);

/** Ids are strings, and have been seen as integers. */
const terraId = z.union([z.string().min(1), z.int().transform(String)]);

/** Any success is a promise to deliver, whatever else the body says; the reference only ties the chunks to it. */
const historyAccepted = z
  .looseObject({ reference: terraId.nullable().catch(null) })
  .catch({ reference: null });

/** A 200 may still say that it failed. */
const notAnError = z
  .unknown()
  .refine((body) => z.looseObject({ status: z.literal('error') }).safeParse(body).success === false);

const labAccepted = z.looseObject({ upload_id: terraId.transform(asTerraUploadId) });

const labSessions = z.looseObject({
  sessions: z.array(
    z.looseObject({
      session_id: terraId.transform(asLabSessionId),
      uploaded_at: z.string().nullish().catch(null),
    }),
  ),
});

/** Reports of one upload, or under one reference. */
export type LabReportFilter = { readonly upload_id: TerraUploadId } | { readonly reference_id: UserId };

export type LabReportSession = z.infer<typeof labSessions>['sessions'][number];

/** Where `TERRA_API_URL` is not set. */
const TERRA_API_URL = 'https://api.tryterra.co/v2';

const RESPONSE_TEXT_MAX = 2_000;

/** Asks Terra to send history to the webhook, without samples. Answers Terra's reference of the request. */
export async function requestHistory(
  env: Env,
  request: HistoryRequest,
): Promise<TerraAnswer<{ reference: string | null }>> {
  const query = new URLSearchParams({
    user_id: request.terraUserId,
    start_date: request.startDate,
    end_date: request.endDate,
    to_webhook: 'true',
    with_samples: 'false',
  });
  const answer = await callTerra(env, 'GET', `/${request.resource}?${query}`, historyAccepted);
  return answer.state === 'answered'
    ? { state: 'answered', body: { reference: answer.body.reference } }
    : answer;
}

/** Everybody Terra knows under one of our user ids. */
export async function usersByReference(
  env: Env,
  referenceId: UserId,
  timeoutMs: number,
): Promise<TerraAnswer<ListedUsers>> {
  const query = new URLSearchParams({ reference_id: referenceId });
  return callTerra(env, 'GET', `/userInfo?${query}`, userInfo, undefined, timeoutMs);
}

/**
 * Sends a lab file. The original API takes the field `files`, the newer one `file`: a 400 that says the file
 * is missing is asked once more with the other name.
 */
export async function uploadLabReport(
  env: Env,
  referenceId: UserId,
  file: File,
  timeoutMs: number = TERRA_TIMEOUT_MS,
): Promise<TerraAnswer<{ upload_id: TerraUploadId }>> {
  const send = (field: string) => {
    const form = new FormData();
    form.set('reference_id', referenceId);
    form.set(field, file);
    const query = new URLSearchParams({ reference_id: referenceId });
    return callTerra(env, 'POST', `/lab-reports?${query}`, labAccepted, form, timeoutMs);
  };
  const answer = await send('files');
  return answer.state === 'failed' && answer.status === 400 && saysFileIsMissing(answer.text)
    ? send('file')
    : answer;
}

/** Ends Terra's access to a connection; Terra deletes what it holds of it. One it does not know is a 404. */
export async function deauthenticateUser(
  env: Env,
  terraUserId: TerraUserId,
  timeoutMs: number = TERRA_TIMEOUT_MS,
): Promise<TerraAnswer<unknown>> {
  const query = new URLSearchParams({ user_id: terraUserId });
  return callTerra(env, 'DELETE', `/auth/deauthenticateUser?${query}`, notAnError, undefined, timeoutMs);
}

/** The reports that Terra has of an upload or a person. */
export async function labReportSessions(
  env: Env,
  filter: LabReportFilter,
  timeoutMs: number = TERRA_TIMEOUT_MS,
): Promise<TerraAnswer<{ sessions: LabReportSession[] }>> {
  const query = new URLSearchParams(filter);
  return callTerra(env, 'GET', `/lab-reports?${query}`, labSessions, undefined, timeoutMs);
}

/** Deletes one report at Terra. One it does not know is a 404. */
export async function deleteLabReport(
  env: Env,
  labSessionId: LabSessionId,
  timeoutMs: number = TERRA_TIMEOUT_MS,
): Promise<TerraAnswer<unknown>> {
  const path = `/lab-reports/${encodeURIComponent(labSessionId)}`;
  return callTerra(env, 'DELETE', path, z.unknown(), undefined, timeoutMs);
}

/** "No Files Provided", "file is required": not that the file is bad, nor that something else is missing. */
function saysFileIsMissing(text: string): boolean {
  return /\bfiles?\b/i.test(text) && /\b(no|missing|required|absent|provided)\b/i.test(text);
}

/** Whether nobody was asked, since an operator lets nothing be asked of Terra: that is no attempt. */
export function isPaused(answer: TerraAnswer<unknown>): boolean {
  return answer.state === 'failed' && answer.status === null && answer.text === PAUSED;
}

/** The keys every call carries. Throws `misconfigured` where one is missing. */
export function requireTerraKeys(env: Env): Record<'dev-id' | 'x-api-key', string> {
  return { 'dev-id': requireSecret(env, 'TERRA_DEV_ID'), 'x-api-key': requireSecret(env, 'TERRA_API_KEY') };
}

/** One call, answered within `timeoutMs`. A body that is a text is sent as JSON. */
export async function callTerra<Body>(
  env: Env,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  schema: z.ZodType<Body>,
  body?: FormData | string,
  timeoutMs: number = TERRA_TIMEOUT_MS,
): Promise<TerraAnswer<Body>> {
  const headers = {
    ...requireTerraKeys(env),
    ...(typeof body === 'string' ? { 'content-type': 'application/json' } : {}),
  };
  if ((await readOutboundPause(env.DB)) !== null) {
    return { state: 'failed', status: null, retryAfterSeconds: null, text: PAUSED };
  }
  try {
    const response = await fetch(`${(env.TERRA_API_URL || TERRA_API_URL).replace(/\/+$/, '')}${path}`, {
      method,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const parsed = response.ok ? schema.safeParse(parseJson(text)) : null;
    if (parsed?.success === true) return { state: 'answered', body: parsed.data };
    return {
      state: 'failed',
      status: response.status,
      retryAfterSeconds: retryAfter(response.headers),
      text: text.slice(0, RESPONSE_TEXT_MAX),
    };
  } catch (error) {
    return { state: 'failed', status: null, retryAfterSeconds: null, text: errorText(error) };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whole seconds to wait; null where no header says it as a number (a `Retry-After` may be a date). */
function retryAfter(headers: Headers): number | null {
  for (const name of ['retry-after', 'x-terra-ratelimit-reset-after']) {
    const text = headers.get(name)?.trim() ?? '';
    if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text));
  }
  return null;
}
