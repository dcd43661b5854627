import { z } from 'zod';
import { FIXED_SECRETS } from '../dev/local/fixed-secrets.ts';
import { mintToken } from '../dev/local/token.ts';
import { AGEING } from './ageing.ts';
import { deliverAll } from './load.ts';
import type { Runtime } from './runtime.ts';
import { NOTHING, type Spent, sum } from './spent.ts';
import type { Stack } from './stack.ts';
import type { TerraStandIn } from './terra-stand-in.ts';

export type CountedStack = Stack & {
  /** What the Worker spent since this was last asked, what it did after its answers included. */
  readonly spent: () => Promise<Spent>;
};

const taken = z
  .object({
    spent: z.record(z.string(), z.number()).transform((counts): Spent => ({ ...NOTHING, ...counts })),
    messages: z.array(z.unknown()),
  })
  .nullable();
const stored = z.looseObject({ raw_event_id: z.number().optional() });
const answered = z.record(z.string(), z.unknown());
const POLL_MS = 5;
const SETTLED_MS = 30_000;

/** A runtime of `counted-worker.ts` or `counted-floor.ts`; `path` is where it takes deliveries. */
export function countedStack(runtime: Runtime, terra: TerraStandIn, path = '/webhook/terra'): CountedStack {
  let total = NOTHING;
  let messages: unknown[] = [];
  const collect = async (): Promise<void> => {
    const deadline = Date.now() + SETTLED_MS;
    for (;;) {
      const answer = await fetch(`${runtime.url}/spent-by-bench`);
      const found = taken.parse(await answer.json());
      if (found !== null) {
        total = sum(total, found.spent);
        messages = [...messages, ...found.messages];
        return;
      }
      if (Date.now() > deadline) throw new Error('what the Worker does after an answer does not end');
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  };
  return {
    deliver: async (body) => {
      const [delivered] = await deliverAll(runtime, path, [body], 1);
      return stored.parse(JSON.parse(String(delivered?.answer))).raw_event_id ?? null;
    },
    consume: (some, queue = 'terra-events') => runtime.consume(queue, some),
    ask: (as, method, at, body) => askAs(runtime, as, method, at, body),
    tick: (cron) => runtime.tick(cron),
    sent: async () => {
      await collect();
      return messages.splice(0);
    },
    age: async (days) => {
      for (const statement of AGEING) await runtime.database.prepare(statement).bind(`-${days} days`).run();
    },
    nextUpload: async (id) => terra.nextUpload(id),
    spent: async () => {
      await collect();
      const spent = total;
      total = NOTHING;
      return spent;
    },
  };
}

/** A request of a person, or of the operator where `as` is null. Throws where it is not answered with success. */
export async function askAs(
  { url }: Runtime,
  as: string | null,
  method: string,
  path: string,
  body?: unknown,
): Promise<Readonly<Record<string, unknown>>> {
  const headers: Record<string, string> =
    as === null
      ? { 'x-admin-key': FIXED_SECRETS.AMY_ADMIN_KEY }
      : { authorization: `Bearer ${mintToken(FIXED_SECRETS.AMY_JWT_SECRET, as)}` };
  const sent = body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) };
  const answer = await fetch(`${url}${path}`, { method, headers, ...sent });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${text}`);
  const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true;
  return isJson ? answered.parse(JSON.parse(text)) : {};
}
