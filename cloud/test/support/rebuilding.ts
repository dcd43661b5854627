import { createScheduledController, env } from 'cloudflare:test';
import worker from '../../src/index.ts';
import type { RebuildResult } from '../../src/operator/rebuild-finish.ts';
import { asOperator, consume, envWithOutbox } from './stack.ts';
import { steppedEnv } from './stepped-env.ts';

/** Rebuilds, as an operator begins them and the queue brings them to their end. */

export type Shown = {
  readonly rebuild_id: string;
  readonly state: string;
  readonly dry_run: boolean;
  readonly events_folded: number;
  readonly error: string | null;
  readonly result: RebuildResult | null;
};

/** An env whose queue is the test's, and what is in it. */
export type Line = ReturnType<typeof envWithOutbox>;

export async function startRebuild(user: string, line: Line, query = ''): Promise<Shown> {
  const response = await asOperator(`/admin/rebuild?user_id=${user}${query}`, {
    method: 'POST',
    env: line.env,
  });
  if (response.status !== 200) throw new Error(`the rebuild answered ${response.status}`);
  return response.json();
}

export async function shownRebuild(user: string): Promise<Shown> {
  const response = await asOperator(`/admin/rebuild?user_id=${user}`);
  if (response.status !== 200) throw new Error(`the rebuild answered ${response.status}`);
  return response.json();
}

/** Consumes messages of rebuilds one by one until none is left; a message that is to be retried comes again. */
export async function runDry(line: Line, used: Env = line.env): Promise<number> {
  let steps = 0;
  for (;;) {
    const message = takeStep(line);
    if (message === undefined) return steps;
    steps += 1;
    if (steps > 500) throw new Error('the rebuild does not end');
    const { retried } = await consume([message], used);
    if (retried.length > 0) line.outbox.messages.push(message);
  }
}

/** The next message of a rebuild, taken from the queue. */
export function takeStep({ outbox }: Line): { readonly rebuildId: string } | undefined {
  const at = outbox.messages.findIndex((message) => 'rebuildId' in message);
  const [message] = at < 0 ? [] : outbox.messages.splice(at, 1);
  return message !== undefined && 'rebuildId' in message ? message : undefined;
}

/** A rebuild from its beginning to its end. */
export async function rebuild(user: string, query = ''): Promise<Shown> {
  const line = envWithOutbox();
  await startRebuild(user, line, query);
  await runDry(line);
  return shownRebuild(user);
}

export async function tick(used: Env): Promise<void> {
  await worker.scheduled(createScheduledController({ cron: '*/5 * * * *' }), used);
}

const TYPED = [
  'daily_summary',
  'activities',
  'sleep_sessions',
  'biomarkers_raw',
  'biomarker_days',
  'item_homes',
  'lab_sessions',
  'tombstones',
];

/** All that the fold keeps of a person, as it is stored. */
export async function foldedOf(
  user: string,
  ...leftOut: readonly string[]
): Promise<Record<string, unknown>> {
  const tables = await env.DB.batch<Record<string, unknown>>(
    TYPED.map((table) => env.DB.prepare(`select * from ${table} where user_id = ?`).bind(user)),
  );
  return Object.fromEntries(
    TYPED.map((table, i) => [
      table,
      (tables[i]?.results ?? [])
        .map((row) =>
          JSON.stringify({ ...row, ...Object.fromEntries([...leftOut, 'user_id'].map((c) => [c, 0])) }),
        )
        .toSorted(),
    ]),
  );
}

/** Runs a rebuild to its end; `acts` is called once at every call of every kind of step, before it is performed. */
export async function runMeddled(
  user: string,
  line: Line,
  acts: (at: string, perform: () => Promise<unknown>) => Promise<unknown>,
): Promise<void> {
  const seen = new Set<string>();
  for (let steps = 0; ; steps += 1) {
    const message = takeStep(line);
    if (message === undefined) return;
    if (steps > 300) throw new Error('the rebuild does not end');
    const state = await env.DB.prepare(
      "select state || case when position is null then '' else ' on' end as state from rebuilds where user_id = ?",
    )
      .bind(user)
      .first('state');
    const { env: used } = steppedEnv(line.env, (call, perform) => {
      const at = `${state} ${call}`;
      if (seen.has(at)) return perform();
      seen.add(at);
      return acts(at, perform);
    });
    const { retried } = await consume([message], used);
    if (retried.length > 0) line.outbox.messages.push(message);
  }
}
