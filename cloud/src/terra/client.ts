import { z } from 'zod';
import { errorText } from '../errors.ts';
import { TERRA_TIMEOUT_MS } from '../limits.ts';
import { requireSecret } from '../settings.ts';

/**
 * Terra's REST API: the only place that calls out. Answers are parsed, never trusted; a refusal is a value,
 * so that callers say what it means.
 */
export type TerraAnswer<Body> =
  | { readonly ok: true; readonly body: Body }
  /** `status` is null when nobody answered in time. */
  | {
      readonly ok: false;
      readonly status: number | null;
      readonly retryAfterSeconds: number | null;
      readonly text: string;
    };

export type HistoryRequest = {
  readonly resource: string;
  readonly terraUserId: string;
  readonly startDate: string;
  readonly endDate: string;
};

const terraUser = z.looseObject({
  user_id: z.string(),
  provider: z.string(),
  scopes: z.string().nullish(),
  reference_id: z.string().nullish(),
  active: z.boolean().nullish(),
});

export type TerraUser = z.infer<typeof terraUser>;

/** Published as a bare array; wrapped forms are in use too. */
const userInfo = z.union([
  z.array(terraUser),
  z.looseObject({ users: z.array(terraUser) }).transform(({ users }) => users),
  z.looseObject({ user: terraUser }).transform(({ user }) => [user]),
]);

const historyAccepted = z.looseObject({ reference: z.string().nullish() });

const labAccepted = z.looseObject({ upload_id: z.string() });

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
  return answer.ok ? { ok: true, body: { reference: answer.body.reference ?? null } } : answer;
}

/** Everybody Terra knows under one of our user ids. */
export async function usersByReference(
  env: Env,
  referenceId: string,
  timeoutMs: number,
): Promise<TerraAnswer<readonly TerraUser[]>> {
  const query = new URLSearchParams({ reference_id: referenceId });
  return callTerra(env, 'GET', `/userInfo?${query}`, userInfo, undefined, timeoutMs);
}

/**
 * Sends a lab file. The original API takes the field `files`, the newer one `file`: a 400 that says the file
 * is missing is asked once more with the other name.
 */
export async function uploadLabReport(
  env: Env,
  referenceId: string,
  file: File,
): Promise<TerraAnswer<{ upload_id: string }>> {
  const send = (field: string) => {
    const form = new FormData();
    form.set('reference_id', referenceId);
    form.set(field, file, file.name);
    const query = new URLSearchParams({ reference_id: referenceId });
    return callTerra(env, 'POST', `/lab-reports?${query}`, labAccepted, form);
  };
  const answer = await send('files');
  const isFieldRefused =
    !answer.ok && answer.status === 400 && /no file|missing|required|file/i.test(answer.text);
  return isFieldRefused ? send('file') : answer;
}

async function callTerra<Body>(
  env: Env,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  schema: z.ZodType<Body>,
  body?: FormData,
  timeoutMs: number = TERRA_TIMEOUT_MS,
): Promise<TerraAnswer<Body>> {
  const headers = {
    'dev-id': requireSecret(env, 'TERRA_DEV_ID'),
    'x-api-key': requireSecret(env, 'TERRA_API_KEY'),
  };
  try {
    const response = await fetch(`${env.TERRA_API_URL.replace(/\/+$/, '')}${path}`, {
      method,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const parsed = response.ok ? schema.safeParse(parseJson(text)) : null;
    if (parsed?.success === true) return { ok: true, body: parsed.data };
    return {
      ok: false,
      status: response.status,
      retryAfterSeconds: retryAfter(response.headers),
      text: text.slice(0, RESPONSE_TEXT_MAX),
    };
  } catch (error) {
    return { ok: false, status: null, retryAfterSeconds: null, text: errorText(error) };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function retryAfter(headers: Headers): number | null {
  const seconds = Number(
    headers.get('retry-after') ?? headers.get('x-terra-ratelimit-reset-after') ?? Number.NaN,
  );
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}
