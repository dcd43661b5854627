import { compareOrders } from '../../../cloud/src/fold/order.ts';
import { readIntraday, type SampleSeries } from '../../../cloud/src/normalize/intraday.ts';
import type { EventLine } from '../archive/event-line.ts';
import { storedEventOf } from '../archive/stored-event.ts';
import { SAMPLES_HELD_MAX } from '../limits.ts';
import type { ReadDeletion, ReadSeries } from '../mirror/sample-writer.ts';

/** What was read and is still to be written. */
export type Pending = {
  readonly series: readonly ReadSeries[];
  readonly deletions: readonly ReadDeletion[];
};

/**
 * Gathers the series of events. Of a day that was sent twenty times the last revision alone is written, where all of them
 * are held at once.
 */
export function pendingSamples() {
  const series = new Map<string, ReadSeries>();
  const deletions = new Map<string, ReadDeletion>();
  let held = 0;
  return {
    /** How many values of the event are not believed. */
    add(line: EventLine): number {
      const { event, payload } = storedEventOf(line);
      const read = readIntraday(event, payload);
      for (const one of withEntanglement(read.series)) {
        const key = JSON.stringify([one.source, one.kind, one.item, one.metric]);
        const known = series.get(key);
        if (known !== undefined && compareOrders(known.order, one.order) >= 0) continue;
        held += one.samples.length - (known?.samples.length ?? 0);
        series.set(key, { ...one, event: line.id });
      }
      for (const one of read.deleted) {
        const key = JSON.stringify([one.source, one.kind, one.item]);
        const known = deletions.get(key);
        if (known !== undefined && compareOrders(known.order, one.order) >= 0) continue;
        deletions.set(key, { ...one, event: line.id });
      }
      return read.disbelieved;
    },
    isFull: () => held >= SAMPLES_HELD_MAX,
    /** Gives what is held and holds it no longer. */
    take(): Pending {
      const taken = { series: [...series.values()], deletions: [...deletions.values()] };
      series.clear();
      deletions.clear();
      held = 0;
      return taken;
    },
  };
}

/** Says of each series whether its stretch of time holds samples of another series of the same event and metric. */
export function withEntanglement(
  all: readonly SampleSeries[],
): readonly (SampleSeries & Pick<ReadSeries, 'isEntangled'>)[] {
  const stretches = new Map(all.map((one) => [one, stretchOf(one)]));
  return [...Map.groupBy(all, ({ metric }) => metric).values()].flatMap((alike) =>
    alike.map((one) => {
      const [first, last] = stretches.get(one) ?? ['', ''];
      const isEntangled = alike.some((other) => {
        const [otherFirst, otherLast] = stretches.get(other) ?? ['', ''];
        return other !== one && otherFirst <= last && otherLast >= first;
      });
      return { ...one, isEntangled };
    }),
  );
}

function stretchOf({ samples }: SampleSeries): readonly [string, string] {
  let first = samples[0]?.time ?? '';
  let last = first;
  for (const { time } of samples) {
    if (time < first) first = time;
    if (time > last) last = time;
  }
  return [first, last];
}
