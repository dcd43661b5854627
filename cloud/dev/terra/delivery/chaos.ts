import type { Lifestyle } from '../life/day.ts';
import { PING_LIFE_SECONDS } from '../limits.ts';
import { pingOrigin } from './loopback.ts';

/** What goes wrong between Terra and a receiver or in a device, and what is unusual about people's lives. */
export type Chaos = Lifestyle & {
  /** Every Nth delivery is sent twice, with the same trace id and time; 0 for never. */
  readonly duplicateEvery: number;
  /** The next delivery is drawn from this many waiting ones; 1 keeps their order. */
  readonly reorderWindow: number;
  /** Retries carry the first attempt's signature instead of a new one. */
  readonly staleRetries: boolean;
  /** Every Nth attempt breaks off half-way through its body, and is retried; 0 for never. */
  readonly disconnectEvery: number;
  /** Every Nth delivery of data that nobody asked for is lost before its first attempt; 0 for none, 1 for all. */
  readonly loseEvery: number;
  /** Every Nth item carries a value as devices send it wrongly; 0 for none. */
  readonly oddEvery: number;
  /** Every Nth webhook of dailies is followed by a later one that has lost its scores; 0 for none. */
  readonly nullEnrichmentEvery: number;
  /** The destination is in ping mode: data comes as a URL of it. */
  readonly pings: boolean;
  readonly pingLifeSeconds: number;
  /** Where pings say their payload lies; null for the simulator itself, which serves it in any case. */
  readonly pingOrigin: string | null;
};

export const NO_CHAOS: Chaos = {
  duplicateEvery: 0,
  reorderWindow: 1,
  staleRetries: false,
  disconnectEvery: 0,
  loseEvery: 0,
  oddEvery: 0,
  nullEnrichmentEvery: 0,
  pings: false,
  pingLifeSeconds: PING_LIFE_SECONDS,
  pingOrigin: null,
  extraNaps: false,
  splitNights: false,
  timeZoneTravel: false,
};

/** @throws RangeError for a switch that would lead off this machine */
export function withChanges(chaos: Chaos, changes: Partial<Chaos>): Chaos {
  const changed = { ...chaos, ...changes };
  const origin = changed.pingOrigin;
  return { ...changed, pingOrigin: origin === null ? null : pingOrigin(origin) };
}
