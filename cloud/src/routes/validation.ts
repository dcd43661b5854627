import { OpenAPIHono } from '@hono/zod-openapi';
import type { Env as HonoEnv } from 'hono';
import type { z } from 'zod';
import { ApiError } from '../errors.ts';

/** A router whose bad parameters and bodies are a 400 that names the field and says what it may be. */
export function validatingRouter<AppEnv extends HonoEnv>(): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>({
    strict: false,
    defaultHook: (result) => {
      if (!result.success) throw new ApiError('invalid_request', describeIssue(result.error));
    },
  });
}

function describeIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'the request is not valid';
  const field = issue.path.join('.');
  return field === '' ? issue.message : `${field}: ${issue.message}`;
}
