import { OpenAPIHono, type RouteConfig, type RouteHandler } from '@hono/zod-openapi';
import type { Handler, Env as HonoEnv } from 'hono';
import { z } from 'zod';
import { parsePayload } from '../body/payload.ts';
import { readRequestBody } from '../body/read-body.ts';
import { ApiError } from '../errors.ts';
import { JSON_BODY_BYTES_MAX } from '../limits.ts';
import { invalidRequest } from './validation.ts';

/** The value of a request's body, of which nothing is known yet. Throws a 400 where it is too large. */
export type BodyReader = (request: Request) => Promise<unknown>;

type RouteBody = NonNullable<RouteConfig['request']>['body'];

/**
 * The handler of a route. It answers as the route documents; of a form nothing is validated, so that there is
 * no `c.req.valid('form')`.
 */
type Served<Route extends RouteConfig, AppEnv extends HonoEnv> =
  RouteHandler<Route, AppEnv> extends Handler<AppEnv, infer Path, infer Taken, infer Answer>
    ? Handler<AppEnv, Path, { out: Omit<NonNullable<Taken['out']>, 'form'> }, Answer>
    : never;

/** A router whose routes are mounted, documented and typed by one call each. */
export function documentedRouter<AppEnv extends HonoEnv>(): DocumentedRouter<AppEnv> {
  return new DocumentedRouter<AppEnv>();
}

class DocumentedRouter<AppEnv extends HonoEnv> extends OpenAPIHono<AppEnv> {
  constructor() {
    super({
      strict: false,
      defaultHook: (result) => {
        if (!result.success) throw invalidRequest(result.error);
      },
    });
  }

  /**
   * Mounts a route and documents it. Its parameters, its query and its JSON body are held against the route's
   * schemas: what does not fit is a 400 that names the field, as is a field of the body that no schema names. The
   * answer has to be one that the route documents. `read` says how a body becomes a value; JSON is what a body is
   * unless said otherwise. A route that takes no JSON, such as one for a file, reads its body itself.
   *
   * This stands in for the library's `openapi`, which goes by the content type: curl calls every body a form.
   */
  serve<Route extends RouteConfig>(route: Route, handler: Served<Route, AppEnv>, read?: BodyReader): this;
  serve({ middleware, ...route }: RouteConfig, handler: Handler<AppEnv>, read: BodyReader = readJson): this {
    const { body: described, ...validated } = route.request ?? {};
    const body = closedBody(described);
    this.openAPIRegistry.registerPath(
      body === undefined ? route : { ...route, request: { ...validated, body } },
    );
    const schema = jsonSchemaOf(body);
    const mounted: RouteConfig = { ...route, request: validated, hide: true };
    if (middleware !== undefined) mounted.middleware = middleware;
    this.openapi(mounted, async (c, next) => {
      if (schema !== null) {
        const parsed = schema.safeParse(await read(c.req.raw));
        if (!parsed.success) throw invalidRequest(parsed.error);
        // Every body here is an object, which this leaves as it is.
        c.req.addValidatedData('json', Object(parsed.data));
      }
      return handler(c, next);
    });
    return this;
  }
}

/**
 * The same body, whose JSON may have the fields that its schema names and no others: one that is misspelled would
 * else be as good as not said. A schema that names a type for further fields keeps it (`z.looseObject`).
 */
function closedBody(body: RouteBody): RouteBody {
  const schema = jsonSchemaOf(body);
  if (body === undefined || !(schema instanceof z.ZodObject) || schema.def.catchall !== undefined)
    return body;
  return { ...body, content: { ...body.content, 'application/json': { schema: schema.strict() } } };
}

function jsonSchemaOf(body: RouteBody): z.ZodType | null {
  const media = body?.content['application/json'];
  const schema = media !== undefined && 'schema' in media ? media.schema : undefined;
  return schema instanceof z.ZodType ? schema : null;
}

/** The JSON of a body, whatever its content type says; undefined where it is none. A blank body is `{}`. */
export async function readJson(request: Request): Promise<unknown> {
  const bytes = await readWithin(request, JSON_BODY_BYTES_MAX);
  return bytes.every(isBlank) ? {} : parsePayload(bytes);
}

/** A body of at most so many bytes. Throws a 400 where it has more. */
export async function readWithin(request: Request, bytesMax: number): Promise<Uint8Array> {
  const body = await readRequestBody(request, bytesMax);
  if (body.state === 'too_large')
    throw new ApiError('invalid_request', `the body must be at most ${bytesMax} bytes`);
  return body.bytes;
}

/** The blanks of JSON: space, tab and the ends of a line. */
function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
