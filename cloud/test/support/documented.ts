import { type Schema, Validator } from '@cfworker/json-schema';
import { z } from 'zod';
import { buildApp } from '../../src/app.ts';
import { describeApi, operationsOf } from '../../src/reference/document.ts';

/**
 * Holds the Worker to its own document: every answer of `/v1` and `/admin` that any test gets is of a
 * documented route, with a documented status and a body of the documented shape.
 */

const answers = z.record(
  z.string(),
  z.looseObject({
    content: z.record(z.string(), z.looseObject({ schema: z.unknown().optional() })).optional(),
  }),
);

export type DocumentedOperation = {
  readonly method: string;
  /** As documented: `/v1/imports/{id}`. */
  readonly path: string;
  readonly operationId: string;
  readonly isOpen: boolean;
  readonly takesBody: boolean;
  readonly answers: z.infer<typeof answers>;
  readonly pattern: RegExp;
};

const document = describeApi(buildApp(), 'http://amy.test');

/** Every documented operation; of two that fit an address, the one with fewer parameters comes first. */
export const OPERATIONS: readonly DocumentedOperation[] = Object.entries(document.paths ?? {})
  .flatMap(([path, item]) =>
    operationsOf(item).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operationId: operation.operationId ?? '',
      isOpen: operation.security?.length === 0,
      takesBody: operation.requestBody !== undefined,
      answers: answers.parse(operation.responses),
      pattern: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}/?$`),
    })),
  )
  .toSorted((a, b) => parameters(a.path) - parameters(b.path));

function parameters(path: string): number {
  return path.split('{').length - 1;
}

const validators = new Map<unknown, Validator>();

function validatorFor(schema: unknown): Validator {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const made = new Validator({ ...(schema as Schema), components: document.components }, '2020-12');
  validators.set(schema, made);
  return made;
}

/** Operations that answered with success since the file began. */
export const succeeded = new Set<string>();

/** Throws where an answer is not as documented. Answers to preflights, and about nothing, are not looked at. */
export async function expectDocumented(method: string, path: string, response: Response): Promise<void> {
  if (!/^\/(v1|admin)\//.test(path) || method === 'OPTIONS') return;
  const operation = OPERATIONS.find((one) => one.method === method && one.pattern.test(path));
  const where = `${method} ${path} answered ${response.status}`;
  if (operation === undefined) {
    if (response.status !== 404 && response.status !== 401 && response.status !== 429) {
      throw new Error(`${where}, but is not documented`);
    }
    return;
  }
  const answer = operation.answers[String(response.status)];
  if (answer === undefined) throw new Error(`${where}: documented are ${Object.keys(operation.answers)}`);
  const type = (response.headers.get('content-type') ?? '').split(';', 1)[0] ?? '';
  if (answer.content !== undefined) {
    const media = answer.content[type] ?? answer.content['*/*'];
    if (media === undefined) {
      throw new Error(`${where} as ${type}: documented is ${Object.keys(answer.content)}`);
    }
    if (type === 'application/json' && media.schema !== undefined) {
      const { valid, errors } = validatorFor(media.schema).validate(await response.clone().json());
      if (!valid)
        throw new Error(`${where}: ${errors.map((e) => `${e.instanceLocation} ${e.error}`).join('; ')}`);
    }
  }
  if (response.ok) succeeded.add(`${operation.method} ${operation.path}`);
}
