import type { Contest } from './scenes.ts';

/** What a person waits for on their own machine: `npm run bench:sync`, in the same table. */
export const WAITS_SCENE = 'amy: start and first sync';

export async function measureWaits(turns: number, isShort: boolean): Promise<readonly Contest[]> {
  // The CLI's code takes a while to be read, and most scenes do without.
  const bench = await import('../../cli/bench/waits.ts');
  const { waits } = await bench.measureWaits(turns, isShort);
  return waits.map(({ scene, measured }) => ({ scene, measured, per: 'once', targets: {} }));
}
