import type { Lifestyle } from '../life/day.ts';

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
  /** Every Nth item carries a value as devices send it wrongly; 0 for none. */
  readonly oddEvery: number;
  /** Every Nth webhook of dailies is followed by a later one that has lost its scores; 0 for none. */
  readonly nullEnrichmentEvery: number;
};

export const NO_CHAOS: Chaos = {
  duplicateEvery: 0,
  reorderWindow: 1,
  staleRetries: false,
  disconnectEvery: 0,
  oddEvery: 0,
  nullEnrichmentEvery: 0,
  extraNaps: false,
  splitNights: false,
  timeZoneTravel: false,
};
