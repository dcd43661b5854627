import { env } from 'cloudflare:test';
import { AGEING } from '../../bench/ageing.ts';
import type { Spent } from '../../bench/spent.ts';
import type { Stack } from '../../bench/stack.ts';
import { TERRA_ANSWERS } from '../../bench/terra-answers.ts';
import worker from '../../src/index.ts';
import { countedBindings } from './counted-bindings.ts';
import { withLimits } from './limits-everywhere.ts';
import { asOperator, asPerson, consume, deliver } from './stack.ts';
import { newTerra } from './terra.ts';

/** The Worker on the test's stores, driven as `npm run bench` drives it, and counted as there. */
export async function costStack(): Promise<Stack & { readonly spent: () => Spent }> {
  const terra = newTerra();
  for (const [path, status, body] of TERRA_ANSWERS) await terra.answers(path, status, body);
  const counted = countedBindings(terra.env);
  const used = counted.env;
  let messages: unknown[] = [];
  const spent = () => {
    const taken = counted.take();
    messages = [...messages, ...taken.messages];
    return taken.spent;
  };
  const succeeded = async (response: Response): Promise<Record<string, unknown>> => {
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status}: ${text}`);
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return isJson ? (JSON.parse(text) as Record<string, unknown>) : {};
  };
  return {
    spent,
    deliver: async (body) => {
      const { raw_event_id: id } = await succeeded(await deliver(body, { env: used }));
      return typeof id === 'number' ? id : null;
    },
    consume: async (some, queue) => void (await consume(some, used, queue)),
    ask: async (as, method, path, body) => {
      const sent = body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) };
      const init = { method, env: used, ...sent };
      return succeeded(await (as === null ? asOperator(path, init) : asPerson(as, path, init)));
    },
    tick: async (cron) => {
      const controller = { cron, scheduledTime: Date.now(), type: 'scheduled', noRetry: () => undefined };
      await worker.scheduled(controller as ScheduledController, withLimits(used));
    },
    sent: async () => {
      spent();
      return messages.splice(0);
    },
    age: async (days) => {
      for (const statement of AGEING) await env.DB.prepare(statement).bind(`-${days} days`).run();
    },
    nextUpload: (id) => terra.answers('/lab-reports', 202, { upload_id: id }),
  };
}
