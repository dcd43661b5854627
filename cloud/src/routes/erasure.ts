import type { PersonApp } from '../app-env.ts';
import { erasureRoute } from '../contract/routes/erasure.ts';
import { erasePerson } from '../erasure/erase-person.ts';
import { documentedRouter } from './documented-router.ts';

export const erasure = documentedRouter<PersonApp>().serve(erasureRoute, async (c) => {
  const erasing = erasePerson(c.env, {
    userId: c.get('userId'),
    requestedMs: Date.now(),
    requestId: c.get('requestId'),
  });
  // It goes on when nobody waits for the answer any more.
  c.executionCtx.waitUntil(Promise.allSettled([erasing]));
  const { deleted, terra, remaining } = await erasing;
  return c.json({ ok: true as const, deleted, ...terra, remaining }, 200);
});
