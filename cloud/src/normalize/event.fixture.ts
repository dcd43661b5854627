import { asTerraUserId } from '../ids.ts';
import type { Contribution, Normalized, Notice, StoredEvent } from './types.ts';

/** Noon UTC of 9 March 2026. */
export const RECEIVED_MS = Date.UTC(2026, 2, 9, 12);

export const USER = {
  user_id: 'terra-ana-1',
  provider: 'OURA',
  reference_id: 'user_ana',
  scopes: 'daily,sleep',
};

/** A stored event of Ana's ring. */
export function storedEvent(eventType: string, changes: Partial<StoredEvent> = {}): StoredEvent {
  return {
    eventType,
    terraUserId: asTerraUserId('terra-ana-1'),
    referenceId: 'user_ana',
    provider: 'oura',
    dedupKey: 'd0',
    orderMs: 1_000,
    receivedMs: RECEIVED_MS,
    ...changes,
  };
}

/** The body of a data event of Ana's ring. */
export function dataBody(type: string, ...data: readonly unknown[]): unknown {
  return { type, user: USER, data };
}

/** What a normalized event contributes; fails where it was skipped or parked. */
export function contributionsOf(result: Normalized): readonly Contribution[] {
  if (result.state !== 'normalized') throw new Error(`expected normalized, got ${JSON.stringify(result)}`);
  return result.contributions;
}

/** The paths that were not believed, each with its reason. */
export function noticesOf(result: Normalized): readonly Notice[] {
  if (result.state !== 'normalized') throw new Error(`expected normalized, got ${JSON.stringify(result)}`);
  return result.notices;
}

/** The columns of the first contribution that has any. */
export function columnsOf(result: Normalized): Readonly<Record<string, unknown>> {
  const found = contributionsOf(result).find((contribution) => 'columns' in contribution);
  if (found === undefined || !('columns' in found)) throw new Error('no contribution with columns');
  return found.columns;
}
