import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import type { App } from '../app-env.ts';
import { NOT_AS_DOCUMENTED, refusal } from '../contract/errors.ts';
import {
  type RebuildShown,
  rebuildResult,
  rebuildShown,
  rebuildStarted,
  rebuildsStarted,
} from '../contract/rebuild.ts';
import { ApiError } from '../errors.ts';
import { RULES_VERSION } from '../fold/rules-version.ts';
import { asUserId } from '../ids.ts';
import { REBUILDS_A_CALL } from '../limits.ts';
import { startRebuilds } from '../operator/rebuilds.ts';
import {
  countPeopleToRebuild,
  readPeopleToRebuild,
  readRebuildOf,
  type ShownRebuild,
} from '../store/rebuilds.ts';
import { documentedRouter } from './documented-router.ts';
import { recordAction } from './record-action.ts';

const query = z.object({
  user_id: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'none: everybody whose rows are by older rules' }),
  dry_run: z
    .enum(['true', 'false', '1', '0'], { error: 'must be true or false' })
    .optional()
    .meta({ description: 'only tell what would change' }),
});

const NOBODY = { 404: refusal('not_found: there is nobody of this id, or they are being erased') };

const start = createRoute({
  method: 'post',
  path: '/rebuild',
  summary: 'Make typed rows anew from the stored events',
  request: { query },
  responses: {
    200: {
      description:
        'with `user_id` the rebuild that is now under way, else how many were begun (in a dry run: would be) and how many people are left',
      content: {
        'application/json': {
          schema: z.union([rebuildStarted, rebuildsStarted]),
        },
      },
    },
    400: NOT_AS_DOCUMENTED,
    ...NOBODY,
  },
});

const progress = createRoute({
  method: 'get',
  path: '/rebuild',
  summary: 'How the last rebuild of a person stands, and what it changed',
  request: { query: z.object({ user_id: z.string().min(1) }) },
  responses: {
    200: { description: 'the rebuild', content: { 'application/json': { schema: rebuildShown } } },
    400: NOT_AS_DOCUMENTED,
    404: refusal('not_found: they had none lately'),
  },
});

/** Rebuilds, of one person or of all whose rows older rules made. */
export const adminRebuild = documentedRouter<App>()
  .serve(start, async (c) => {
    const { user_id, dry_run } = c.req.valid('query');
    const isDryRun = dry_run === 'true' || dry_run === '1';
    if (user_id === undefined) {
      const counts = await rebuildEverybody(c.env, isDryRun);
      await recordAction(c, 'rebuild', { dry_run: isDryRun, ...counts });
      return c.json({ ok: true as const, ...counts }, 200);
    }
    const userId = asUserId(user_id);
    await startRebuilds(c.env, [userId], isDryRun, Date.now());
    const rebuild = await readRebuildOf(c.env.DB, userId);
    if (rebuild === null)
      throw new ApiError('not_found', 'there is nobody of this id, or they are being erased');
    await recordAction(c, 'rebuild', { dry_run: isDryRun, people: 1 });
    return c.json({ ok: true as const, ...shownOf(rebuild) }, 200);
  })
  .serve(progress, async (c) => {
    const rebuild = await readRebuildOf(c.env.DB, asUserId(c.req.valid('query').user_id));
    if (rebuild === null) throw new ApiError('not_found', 'this person had no rebuild lately');
    return c.json(shownOf(rebuild), 200);
  });

/** A call begins some; the cron goes on with the rest, a few at a time. */
async function rebuildEverybody(env: Env, isDryRun: boolean): Promise<{ started: number; left: number }> {
  const left = await countPeopleToRebuild(env.DB, RULES_VERSION);
  const { people } = await readPeopleToRebuild(env.DB, RULES_VERSION, REBUILDS_A_CALL);
  const started: readonly string[] = isDryRun ? people : await startRebuilds(env, people, false, Date.now());
  return { started: started.length, left };
}

function shownOf(rebuild: ShownRebuild): RebuildShown {
  return {
    rebuild_id: rebuild.id,
    state: rebuild.state,
    dry_run: rebuild.is_dry_run === 1,
    rules: rebuild.rules,
    events_folded: rebuild.events,
    events_waiting: rebuild.waiting,
    started_at: rebuild.started_at,
    finished_at: rebuild.finished_at,
    error: rebuild.error,
    result: rebuild.result === null ? null : rebuildResult.parse(JSON.parse(rebuild.result)),
  };
}
