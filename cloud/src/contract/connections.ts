import { z } from 'zod';

const REDIRECT_URL_MAX_CHARS = 2_000;
const PROVIDERS_MAX = 50;

const REDIRECT_RULE = 'must be an https address, or http on this machine (localhost, 127.0.0.1, [::1])';
const PROVIDERS_RULE = 'must be a list of provider names, such as ["OURA", "GARMIN"]';

/** `redirect_url` is where the person is sent afterwards; `providers` narrows the choice. */
export const connectRequest = z.object(
  {
    redirect_url: z
      .string({ error: REDIRECT_RULE })
      .max(REDIRECT_URL_MAX_CHARS, { error: REDIRECT_RULE })
      .refine(isRedirectTarget, { error: REDIRECT_RULE })
      .nullish(),
    providers: z
      .array(z.string({ error: PROVIDERS_RULE }).regex(/^[A-Za-z0-9_-]{1,40}$/, { error: PROVIDERS_RULE }), {
        error: PROVIDERS_RULE,
      })
      .max(PROVIDERS_MAX, { error: PROVIDERS_RULE })
      .nullish(),
  },
  { error: 'send a JSON object like {"providers": ["OURA"]}, or nothing' },
);

/** An address a browser may be sent to: nothing in between can read it. */
function isRedirectTarget(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return false;
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback);
}

/** 200 of `POST /v1/connect`: the page to open, and for how many seconds it is there. */
export const connectPage = z.object({ url: z.string(), expires_in: z.number().int() });

/** 200 of `DELETE /v1/connections/{id}`. */
export const connectionRemoved = z.object({
  ok: z.literal(true),
  id: z.string(),
  provider: z.string(),
  deactivated_at: z.string(),
});

export type ConnectionRemoved = z.infer<typeof connectionRemoved>;
