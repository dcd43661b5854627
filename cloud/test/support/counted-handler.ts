import { compute, KNOWN_LOOP_PATH } from '../../bench/known-loop.ts';
import { NOTHING } from '../../bench/spent.ts';
import { type Counted, countedBindings } from './counted-bindings.ts';

/** Where a counted Worker tells what it spent since it was last asked. No route of the Worker's is called so. */
const SPENT_PATH = '/spent-by-bench';

type Handler = {
  readonly fetch: (
    request: Request<unknown, IncomingRequestCfProperties>,
    env: Env,
    context: ExecutionContext,
  ) => Response | Promise<Response>;
  readonly queue: (batch: MessageBatch, env: Env) => Promise<void>;
  readonly scheduled?: (controller: ScheduledController, env: Env) => Promise<void>;
};

/** The Worker on counted bindings, for `npm run bench`: the same code, in front of the same stores. */
export function countedHandler(worker: Handler): Handler {
  let counted: Counted | null = null;
  let pending = 0;
  const onCounted = (env: Env): Env => {
    counted ??= countedBindings(env);
    counted.begin();
    return counted.env;
  };
  const noted = (context: ExecutionContext): ExecutionContext =>
    new Proxy(context, {
      get(target, name) {
        if (name === 'waitUntil')
          return (work: Promise<unknown>) => {
            pending += 1;
            target.waitUntil(
              work.finally(() => {
                pending -= 1;
              }),
            );
          };
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  return {
    fetch: (request, env, context) => {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname === KNOWN_LOOP_PATH) return new Response(compute(Number(searchParams.get('steps'))));
      if (pathname === SPENT_PATH)
        // What goes on after an answer belongs to it: whoever asks too soon asks again.
        return Response.json(pending > 0 ? null : (counted?.take() ?? { spent: NOTHING, messages: [] }));
      return worker.fetch(request, onCounted(env), noted(context));
    },
    queue: (batch, env) => worker.queue(batch, onCounted(env)),
    scheduled: async (controller, env) => worker.scheduled?.(controller, onCounted(env)),
  };
}
