import type { z } from 'zod';
import { type AskOptions, parseAnswer, type Server, sendingOf } from './api.ts';
import { addressOf, readBody, sendPatiently, textOf } from './exchange.ts';

/** What an operator asks below `/admin`. What is undefined in `query` is not asked for. */
export type OperatorRequest = {
  readonly method?: 'GET' | 'POST';
  readonly path: `/admin/${string}`;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: object;
};

/**
 * One question of an operator, under the key of the deployment instead of a person's token, and its validated answer.
 * Throws as `ask` does.
 */
export async function askOperator<Answer>(
  asker: Server,
  adminKey: string,
  request: OperatorRequest,
  answer: z.ZodType<Answer>,
  options: AskOptions = {},
): Promise<Answer> {
  const { url, bytes } = await sendAsOperator(asker, adminKey, request, 'application/json', options);
  return parseAnswer(textOf(bytes), answer, addressOf(url));
}

/** The same for an answer that is kept as the bytes it is. */
export async function askOperatorFile(
  asker: Server,
  adminKey: string,
  request: OperatorRequest,
): Promise<Uint8Array<ArrayBuffer>> {
  return (await sendAsOperator(asker, adminKey, request, '*/*', {})).bytes;
}

async function sendAsOperator(
  asker: Server,
  adminKey: string,
  { method = 'GET', path, query = {}, body }: OperatorRequest,
  accept: string,
  options: AskOptions,
): Promise<{ url: string; bytes: Uint8Array<ArrayBuffer> }> {
  const sending = sendingOf(asker, accept, options);
  const headers = { ...sending.headers, 'x-admin-key': adminKey };
  const asked = new Request(asker.server + path + queryOf(query), {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  const response = await sendPatiently(asked, { ...sending, headers, remedy: 'check AMY_ADMIN_KEY' });
  return { url: response.url, bytes: await readBody(response, sending.timeoutMs) };
}

function queryOf(query: Readonly<Record<string, string | undefined>>): string {
  const said = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) said.set(name, value);
  return said.size === 0 ? '' : `?${said}`;
}
