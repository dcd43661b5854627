import { env } from 'cloudflare:test';
import worker from '../../src/index.ts';
import { EXAMPLES } from '../../src/reference/examples.ts';
import { OPERATIONS } from './documented.ts';
import { day, event } from './events.ts';
import { formWith, PDF } from './lab-files.ts';
import { asOperator, consume, deliver, newTerraId, newUser, request, token } from './stack.ts';

/** Values for what stands in the path of a documented call: `/admin/raw-events/{id}`. */
const IN_PATH: Readonly<Record<string, string>> = {
  id: '1',
  userId: 'user_1',
  rawEventId: '1',
  user_code: 'BCDF-GHJK',
};

type Answer = { readonly status: number; readonly retryAfter: string | null; readonly text: string };

async function read(response: Response): Promise<Answer> {
  const { status, headers } = response;
  return { status, retryAfter: headers.get('retry-after'), text: await response.text() };
}

/** What a Worker answers to every documented call, as in its example, each made by who may make it. */
export async function askEverything(used: Env): Promise<Readonly<Record<string, Answer>>> {
  const authorization = `Bearer ${await token(newUser())}`;
  const answers: Record<string, Answer> = {};
  for (const { method, path, operationId } of OPERATIONS) {
    const { body, query = {}, form } = EXAMPLES[operationId] ?? {};
    const address = path.replace(/\{(\w+)\}/g, (_, name: string) => IN_PATH[name] ?? name);
    const init = {
      method,
      env: used,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(form === undefined ? {} : { body: formWith(PDF) }),
    };
    const asked = `${address}?${new URLSearchParams(query)}`;
    answers[`${method} ${path}`] = await read(
      await (path.startsWith('/admin')
        ? asOperator(asked, init)
        : request(asked, {
            ...init,
            headers:
              form === undefined ? { authorization, 'content-type': 'application/json' } : { authorization },
          })),
    );
  }
  return answers;
}

/** A delivery, its message, a dead letter and crons, each as it comes from outside. */
export async function goOn(used: Env, fired: readonly string[]) {
  // What `POST /admin/sweeps` holds stands in R2, which needs no tables.
  await env.RAW_PAYLOADS.delete('operator/sweeps-held');
  const who = { user: newUser(), terraId: newTerraId() };
  const delivery = await read(await deliver(event('daily', who, [day({ steps: 7 })]), { env: used }));
  const messages = [{ rawEventId: 1 }, { backfillId: 'b1' }, { rebuildId: 'r1' }];
  const consumed = await consume(messages, used);
  const dead = await consume(messages, used, 'terra-events-dlq');
  const crons: string[] = [];
  for (const cron of fired) {
    const run = worker.scheduled({ cron, scheduledTime: 0, noRetry: () => {} }, used);
    crons.push(
      await run.then(
        () => 'ran',
        (error: unknown) => String(error),
      ),
    );
  }
  const health = await read(await request('/healthz', { env: used }));
  const objects = (await env.RAW_PAYLOADS.list()).objects.map(({ key }) => key);
  return { delivery, consumed, dead, crons, health, objects };
}
