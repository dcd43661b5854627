/**
 * Whether the sweeps of orphans are held. It stands in R2 and not in the database: one that is restored to an earlier
 * time would forget it, and to it every object of the time since is an orphan.
 */
const KEY = 'operator/sweeps-held';

export async function areSweepsHeld(env: Env): Promise<boolean> {
  return (await env.RAW_PAYLOADS.head(KEY)) !== null;
}

export async function holdSweeps(env: Env, isHeld: boolean): Promise<void> {
  if (isHeld) await env.RAW_PAYLOADS.put(KEY, '');
  else await env.RAW_PAYLOADS.delete(KEY);
}
