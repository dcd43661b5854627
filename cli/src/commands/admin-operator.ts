import type { z } from 'zod';
import type { AskOptions } from '../api/api.ts';
import { askOperator, askOperatorFile, type OperatorRequest } from '../api/operator.ts';
import { AmyError } from '../errors.ts';
import { TOKEN_PATTERN } from '../settings.ts';
import type { CommandContext } from './context.ts';

/** Who asks below `/admin`, under the key of AMY_ADMIN_KEY. Every call throws as `ask` does. */
export type Operator = {
  ask<Answer>(request: OperatorRequest, answer: z.ZodType<Answer>, options?: AskOptions): Promise<Answer>;
  file(path: OperatorRequest['path']): Promise<Uint8Array<ArrayBuffer>>;
};

/** Throws AmyError where the key is missing or malformed. */
export function operatorOf(context: CommandContext): Operator {
  const key = adminKey(process.env.AMY_ADMIN_KEY);
  const onWait = (seconds: number) => context.notice(`The server is busy; asking again in ${seconds} s.`);
  const asker = { ...context.stranger(), onWait };
  return {
    ask: (request, answer, options) => askOperator(asker, key, request, answer, options),
    file: (path) => askOperatorFile(asker, key, { path }),
  };
}

/** The key is told nobody: no message holds it. */
function adminKey(given: string | undefined): string {
  const key = given?.trim() ?? '';
  if (key === '')
    throw new AmyError(
      'admin_key_missing',
      'AMY_ADMIN_KEY is not set: it holds the key of whoever runs the server',
    );
  if (!TOKEN_PATTERN.test(key))
    throw new AmyError('admin_key_malformed', 'AMY_ADMIN_KEY holds characters no key has; copy it again');
  return key;
}
