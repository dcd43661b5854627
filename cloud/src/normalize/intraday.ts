import { activityRevision } from './activity.ts';
import { type DataItem, dataItems } from './data-event.ts';
import { localDay, momentReader } from './item-time.ts';
import { plausible } from './ranges.ts';
import { orderOf } from './results.ts';
import { SAMPLE_RULES, type SampledModel, type SampleRule } from './sample-rules.ts';
import { sleepRevision } from './sleep.ts';
import type { Order, StoredEvent } from './types.ts';

/** Changes where a stored event gives other samples than before: who keeps them reads them anew. */
export const SAMPLE_RULES_VERSION = 2;

export type Sample = {
  /** UTC with `Z`; without it the person's wall clock. */
  readonly time: string;
  readonly offsetMinutes: number | null;
  readonly value: number;
};

/** What one revision of an item says of one series. */
export type SampleSeries = {
  readonly source: string;
  readonly kind: SampledModel;
  /** What the revisions of one sleep or activity share; of a day or body its date. */
  readonly item: string;
  readonly metric: string;
  readonly unit: string;
  /** Whether a value lasts until the next one, so that no other series says anything between its first and its last. */
  readonly lasts: boolean;
  readonly order: Order;
  /** At least one; no two of one time. */
  readonly samples: readonly Sample[];
};

/** The word that an activity is gone, and with it its series of lower order. */
export type DeletedItem = Pick<SampleSeries, 'source' | 'kind' | 'item' | 'order'>;

export type Intraday = {
  readonly series: readonly SampleSeries[];
  readonly deleted: readonly DeletedItem[];
  /** Values that are not plausible, or of no time at which anybody can have measured them. */
  readonly disbelieved: number;
};

const NOTHING: Intraday = { series: [], deleted: [], disbelieved: 0 };

/**
 * The series of values inside a day that a stored event gives. Pure, as `normalize`: it reads the same items, refuses
 * the same, and takes times, offsets, ranges and units by the same code. Of two items of one event that have a value of
 * one series at one time the one of the greater order keeps it.
 */
export function readIntraday(event: StoredEvent, payload: unknown): Intraday {
  if (!isSampled(event.eventType)) return NOTHING;
  const kind = event.eventType;
  const items = dataItems(event, payload, []);
  if ('invalid' in items) return NOTHING;
  const series: SampleSeries[] = [];
  const deleted: DeletedItem[] = [];
  let disbelieved = 0;
  for (const delivered of items.all) {
    if ('refused' in delivered) continue;
    const revision = revisionOf(kind, delivered);
    if ('refused' in revision) continue;
    const { item, order } = revision;
    const { source } = delivered;
    if (revision.deleted) deleted.push({ source, kind, item, order });
    else {
      for (const [metric, rule] of Object.entries<SampleRule>(SAMPLE_RULES[kind])) {
        const read = readSeries(delivered, rule);
        disbelieved += read.disbelieved;
        const about = { source, kind, item, metric, unit: rule.unit, lasts: rule.lasts === true };
        series.push({ ...about, order, samples: read.samples });
      }
    }
  }
  return { series: eachTimeOnce(series), deleted, disbelieved };
}

type Revision = { readonly item: string; readonly order: Order; readonly deleted: boolean };

function revisionOf(kind: SampledModel, delivered: DataItem): Revision | { readonly refused: string } {
  if (kind === 'activity') return activityRevision(delivered);
  if (kind === 'sleep') {
    const revision = sleepRevision(delivered);
    return 'refused' in revision ? revision : { ...revision, deleted: false };
  }
  const day = localDay(delivered);
  if ('refused' in day) return day;
  return { item: day.date, order: orderOf(delivered.event, delivered.index), deleted: false };
}

function isSampled(eventType: string): eventType is SampledModel {
  return Object.hasOwn(SAMPLE_RULES, eventType);
}

type SeriesRead = { readonly samples: readonly Sample[]; readonly disbelieved: number };

/** Of one place the entry further back counts at a time, of several places the first that has one. */
function readSeries(delivered: DataItem, { sources }: SampleRule): SeriesRead {
  const byTime = new Map<string, Sample>();
  const readAt = momentReader(delivered);
  let disbelieved = 0;
  for (const { range, read } of sources.toReversed()) {
    for (const { moment, value } of read(delivered.item)) {
      if (value === null || value === undefined) continue;
      const believed = typeof value === 'number' ? plausible(value, range) : null;
      const at = moment === null ? null : readAt(moment);
      if (believed === null || at === null) disbelieved += 1;
      else byTime.set(at.time, { ...at, value: believed });
    }
  }
  return { samples: [...byTime.values()], disbelieved };
}

/** Two items of one event may overlap; which of them is right is settled here, so that an event says one thing. */
function eachTimeOnce(series: readonly SampleSeries[]): readonly SampleSeries[] {
  const latestFirst = series.toSorted((a, b) => b.order[0] - a.order[0] || b.order[3] - a.order[3]);
  const taken = new Map<string, Set<string>>();
  return latestFirst
    .map((one) => {
      const times = taken.get(one.metric) ?? new Set<string>();
      taken.set(one.metric, times);
      const samples = one.samples.filter(({ time }) => !times.has(time));
      for (const { time } of samples) times.add(time);
      return { ...one, samples };
    })
    .filter(({ samples }) => samples.length > 0)
    .toReversed();
}
