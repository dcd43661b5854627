import type { Chaos } from '../delivery/chaos.ts';
import type { JsonObject } from '../json.ts';
import { PING_LIFE_MAX_SECONDS } from '../limits.ts';
import { countIn, flagIn, refuseOthers, textIn } from './fields.ts';

type Switch = (body: JsonObject, name: string) => Partial<Chaos>;

const SWITCHES: Readonly<Record<string, Switch>> = {
  duplicate_every: (body, name) => ({ duplicateEvery: countIn(body, name) }),
  reorder_window: (body, name) => ({ reorderWindow: countIn(body, name, 1) }),
  stale_retries: (body, name) => ({ staleRetries: flagIn(body, name) }),
  disconnect_every: (body, name) => ({ disconnectEvery: countIn(body, name) }),
  lose_every: (body, name) => ({ loseEvery: countIn(body, name) }),
  odd_every: (body, name) => ({ oddEvery: countIn(body, name) }),
  null_enrichment_every: (body, name) => ({ nullEnrichmentEvery: countIn(body, name) }),
  pings: (body, name) => ({ pings: flagIn(body, name) }),
  ping_expires_in: (body, name) => ({ pingLifeSeconds: countIn(body, name, 1, PING_LIFE_MAX_SECONDS) }),
  ping_origin: (body, name) => ({ pingOrigin: body[name] === null ? null : textIn(body, name) }),
  extra_naps: (body, name) => ({ extraNaps: flagIn(body, name) }),
  split_nights: (body, name) => ({ splitNights: flagIn(body, name) }),
  time_zone_travel: (body, name) => ({ timeZoneTravel: flagIn(body, name) }),
};

/** The switches a body sets, others left as they are. @throws RangeError that names the member it does not take */
export function chaosIn(body: JsonObject): Partial<Chaos> {
  refuseOthers(body, Object.keys(SWITCHES));
  let changes: Partial<Chaos> = {};
  for (const [name, read] of Object.entries(SWITCHES)) {
    if (body[name] !== undefined) changes = { ...changes, ...read(body, name) };
  }
  return changes;
}
