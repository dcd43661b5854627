import { z } from 'zod';

/** The one error shape of `/v1` and `/admin`. `request_id` finds the request in traces and logs. */
export const errorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    request_id: z.string(),
  }),
});

export type ErrorBody = z.infer<typeof errorBody>;

/** The documented answer of a route that refuses. */
export function refusal(description: string) {
  return { description, content: { 'application/json': { schema: errorBody } } };
}

/** The 400 of every call that takes anything. */
export const NOT_AS_DOCUMENTED = refusal(
  'invalid_request: a parameter, a header or the body is not as documented; the message names it',
);
