import { z } from 'zod';
import type { UnixMs } from '../clock.ts';
import type { AskedRange } from '../contract/sync.ts';
import { HISTORY_RESOURCES } from '../normalize/event-types.ts';
import type { AskedConnectionRow, AskedRows } from '../store/asked-days.ts';
import type { ImportRequestRow } from '../store/imports.ts';
import { reasonOf, requestState } from './progress.ts';

const firstDays = z.partialRecord(z.enum(HISTORY_RESOURCES), z.string());

/**
 * The days that Terra was asked for, by source and resource. Each request asks up to its own day, and from the day of
 * a connection on its data comes without a request: so one range tells of all that was asked of a connection. What
 * waits and what was refused stands beside it. A connection that falls silent would be a further state, of the days
 * since its last data.
 */
export function askedRanges({ connections, requests }: AskedRows, nowMs: UnixMs): AskedRange[] {
  return [
    ...connections.flatMap(rangesOfConnection),
    ...requests.flatMap((request) => rangeOfRequest(request, nowMs)),
  ];
}

function rangesOfConnection({
  provider,
  connected_at,
  deactivated_at,
  asked_from,
}: AskedConnectionRow): AskedRange[] {
  const asked = asked_from === null ? {} : firstDays.parse(JSON.parse(asked_from));
  const connected = connected_at.slice(0, 10);
  return HISTORY_RESOURCES.map((resource) => ({
    source: provider,
    resource,
    from: [connected, asked[resource] ?? connected].toSorted()[0] ?? connected,
    to: deactivated_at?.slice(0, 10) ?? null,
    state: 'asked' as const,
    reason: null,
  }));
}

function rangeOfRequest(request: ImportRequestRow, nowMs: UnixMs): AskedRange[] {
  const { provider, resource, start_date, end_date } = request;
  // Of a connection that is gone nothing is waited for.
  if (provider === null) return [];
  const asked = { source: provider, resource, from: start_date, to: end_date };
  const state = requestState(request, nowMs);
  switch (state) {
    case 'pending':
    case 'sent':
      return [{ ...asked, state: 'waiting', reason: reasonOf(request, state) }];
    case 'failed':
      return [{ ...asked, state: 'refused', reason: reasonOf(request, state) }];
    case 'complete':
    case 'silent':
      return [];
  }
}
