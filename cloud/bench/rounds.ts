/** One measured piece of work: how long it took for whoever waited, and what the runtime's process spent on it. */
export type Sample = { readonly wallMs: number; readonly cpuMs: number };

/** Of the rounds: the middle, and how far the middle half lies apart. */
export type Figure = { readonly median: number; readonly spread: number };

/** `cpuMs` is null of what runs in a process of its own. */
export type Measured = { readonly wallMs: Figure; readonly cpuMs: Figure | null };

/** What is compared in one run. `measure` does the work of a round once; each round is other work of the same kind. */
export type Contestant = { readonly name: string; readonly measure: (round: number) => Promise<Sample> };

/** How often each does the work: first some that warm up, then those that count. */
export type Rounds = { readonly rounds: number; readonly warmUps: number };

/**
 * Lets each contestant do the same round before any does the next, so that a machine that gets slower meanwhile gets
 * slower for all. The first rounds warm up and do not count. Who begins changes from round to round.
 */
export async function interleaved(
  contestants: readonly Contestant[],
  { rounds, warmUps }: Rounds,
): Promise<ReadonlyMap<string, Measured>> {
  const samples = new Map<string, Sample[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < warmUps + rounds; round += 1) {
    const first = round % contestants.length;
    for (const { name, measure } of [...contestants.slice(first), ...contestants.slice(0, first)]) {
      const sample = await measure(round);
      if (round >= warmUps) samples.get(name)?.push(sample);
    }
  }
  return new Map(
    [...samples].map(([name, some]) => [
      name,
      {
        wallMs: figureOf(some.map(({ wallMs }) => wallMs)),
        cpuMs: figureOf(some.map(({ cpuMs }) => cpuMs)),
      },
    ]),
  );
}

export function figureOf(values: readonly number[]): Figure {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const [low = 0, high = 0] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    return low + (high - low) * (place - Math.floor(place));
  };
  return { median: at(0.5), spread: at(0.75) - at(0.25) };
}
