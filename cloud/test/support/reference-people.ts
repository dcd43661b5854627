import { ownerHints } from '../../src/normalize/envelope.ts';
import { normalize } from '../../src/normalize/normalize.ts';
import type { ConnectionContribution, Contribution, StoredEvent } from '../../src/normalize/types.ts';

/**
 * Whose every event is and what the connections are, the plain way: all events at once, no order of arrival,
 * no stored state. Like the reference fold it shares the mapping with the Worker and nothing else.
 */
export type ToldEvent = { readonly id: number; readonly event: StoredEvent; readonly payload: unknown };

/** How an event must have ended. */
export type Ending = {
  readonly isProcessed: boolean;
  readonly error: string | null;
  readonly userId: string | null;
};

export type ReferencePerson = {
  readonly events: readonly ToldEvent[];
  readonly connections: readonly ConnectionRow[];
};

export type ConnectionRow = Readonly<Record<string, string | null>>;

/** `uploads`: the user by Terra's upload id. */
export function referencePeople(
  all: readonly ToldEvent[],
  uploads: ReadonlyMap<string, string>,
): { people: Map<string, ReferencePerson>; endings: Map<number, Ending> } {
  const owners = new Map([...uploads].map(([id, userId]) => [`upload ${id}`, userId]));
  const ownerOf = new Map<number, string>();
  // An event that names its user may tell whose another event is, and that one whose a third is.
  for (let known = -1; known < ownerOf.size; ) {
    known = ownerOf.size;
    for (const told of all) {
      const contributions = contributionsOf(told);
      const owner = contributions === null ? null : claimedOwner(told, owners);
      if (owner === null) continue;
      ownerOf.set(told.id, owner);
      for (const key of keysTied(contributions ?? [])) owners.set(key, owner);
    }
  }
  const people = new Map<string, ReferencePerson>();
  for (const userId of new Set(ownerOf.values())) {
    const events = all.filter(({ id }) => ownerOf.get(id) === userId);
    people.set(userId, { events, connections: connectionRows(events) });
  }
  return { people, endings: new Map(all.map((told) => [told.id, ending(told, ownerOf.get(told.id))])) };
}

function contributionsOf({ event, payload }: ToldEvent): readonly Contribution[] | null {
  const result = normalize(event, payload);
  if (result.state === 'parked' || event.eventType === 'auth_cancelled') return null;
  // What is skipped has an owner only where it tells of something.
  return result.state === 'skipped' && result.contributions.length === 0 ? null : result.contributions;
}

function claimedOwner({ event, payload }: ToldEvent, owners: ReadonlyMap<string, string>): string | null {
  const claim = ownerHints(event, payload);
  const keys = isLab(event)
    ? [`upload ${claim.uploadId}`, ...claim.labSessionIds.map((id) => `session ${id}`)]
    : claim.terraUserIds.map((id) => `device ${id}`);
  return (
    [claim.referenceUser, ...keys.map((key) => owners.get(key) ?? null)].find((one) => one !== null) ?? null
  );
}

function keysTied(contributions: readonly Contribution[]): string[] {
  return contributions.flatMap((one) => {
    if (one.kind === 'connection') return [`device ${one.terraUserId}`];
    return one.kind === 'lab_report' && one.labSessionId !== null ? [`session ${one.labSessionId}`] : [];
  });
}

function ending({ event, payload }: ToldEvent, userId = null as string | null): Ending {
  const result = normalize(event, payload);
  if (result.state === 'parked') return { isProcessed: false, error: result.code, userId: null };
  const isSkipped = result.state === 'skipped';
  const hasOwner = isSkipped ? result.contributions.length > 0 : event.eventType !== 'auth_cancelled';
  if (hasOwner && userId === null) {
    const error = isLab(event) ? 'no_lab_upload_for_upload_id' : 'no_connection_for_terra_user';
    return { isProcessed: false, error, userId };
  }
  if (isSkipped) return { isProcessed: true, error: `skipped:${result.reason}`, userId: null };
  const error = result.refused === null ? null : `payload_invalid:${result.refused}`;
  return { isProcessed: true, error, userId };
}

function isLab({ eventType }: StoredEvent): boolean {
  return eventType.startsWith('lab_report');
}

/** Of every aspect the latest event that speaks of it counts; differences of scopes since the last full list are applied one by one. */
function connectionRows(events: readonly ToldEvent[]): ConnectionRow[] {
  const told = events
    .flatMap((one) => contributionsOf(one) ?? [])
    .filter((one): one is ConnectionContribution => one.kind === 'connection')
    .toSorted((a, b) => a.order[1] - b.order[1] || (a.order[2] < b.order[2] ? -1 : 1));
  return [...Map.groupBy(told, ({ terraUserId }) => terraUserId)]
    .map(([terraUserId, history]) => connectionRow(terraUserId, history))
    .toSorted((a, b) => ((a.terra_user_id ?? '') < (b.terra_user_id ?? '') ? -1 : 1));
}

function connectionRow(terraUserId: string, history: readonly ConnectionContribution[]): ConnectionRow {
  const row: Record<string, string | null> = {
    terra_user_id: terraUserId,
    provider: 'unknown',
    reference_id: '',
    connected_at: null,
    deactivated_at: null,
    state: 'connected',
    state_message: null,
    state_at: null,
  };
  let scopes: string[] = [];
  for (const { provider, referenceId, order, change } of history) {
    const at = new Date(order[1]).toISOString();
    if (provider !== null) row.provider = provider;
    if (referenceId !== null) row.reference_id = referenceId;
    if (change.state === 'permissions') {
      const now = names(change.scopes);
      scopes = [...new Set([...(now.length === 0 ? scopes : now), ...change.added])];
      scopes = scopes.filter((scope) => !change.removed.includes(scope));
      continue;
    }
    row.state = change.state;
    row.state_at = at;
    row.state_message = change.state === 'error' ? change.message : null;
    if (change.state === 'error') continue;
    row.deactivated_at = change.state === 'connected' ? null : at;
    if (change.state !== 'connected') continue;
    row.connected_at = at;
    if (names(change.scopes).length > 0) scopes = names(change.scopes);
  }
  // What is spoken of is there: without a word on when it came, since the first word of it.
  const first = new Date(Math.min(...history.map(({ order }) => order[1]))).toISOString();
  return {
    ...row,
    connected_at: row.connected_at ?? first,
    state_at: row.state_at ?? row.connected_at ?? first,
    scopes: scopes.length === 0 ? null : scopes.join(','),
  };
}

function names(scopes: string | null): string[] {
  return (scopes ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
