import { isoTime, type StoredTime, storedText } from '../clock.ts';
import type { Columns, ConnectionContribution, Order } from '../normalize/types.ts';
import { mergeSlices, type Slice, winningColumns } from './cells.ts';
import { compareOrders, LEGACY_ORDER } from './order.ts';

/** A change of scopes that named only the difference. */
export type ScopeDelta = readonly [Order, added: readonly string[], removed: readonly string[]];

/** One row of `terra_connections`, as events tell it. An empty text in a column means null, told on purpose. */
export type ConnectionRow = {
  readonly slices: readonly Slice[];
  readonly deltas: readonly ScopeDelta[];
  /** Unix ms of the earliest event that spoke of it, as long as none told when it was connected. */
  readonly firstMs?: number;
};

/** The stored columns of a connection, `id`, `user_id` and `terra_user_id` aside. */
export type ConnectionColumns = {
  readonly provider: string;
  readonly reference_id: string;
  readonly scopes: string | null;
  readonly connected_at: StoredTime;
  readonly deactivated_at: StoredTime | null;
  /** connected, error, deauthenticated, access_revoked, replaced */
  readonly state: string;
  readonly state_message: string | null;
  readonly state_at: StoredTime;
};

export const EMPTY_CONNECTION: ConnectionRow = { slices: [], deltas: [] };

/** Joins what events say: each column belongs to the latest event that speaks of it, so a late `auth` undoes nothing newer. */
export function foldConnection(
  row: ConnectionRow,
  contributions: readonly ConnectionContribution[],
): ConnectionRow {
  const slices = mergeSlices([...row.slices, ...contributions.map(connectionSlice)]);
  const scopesOrder = slices.find(([, columns]) => 'scopes' in columns)?.[0] ?? null;
  const deltas = [...row.deltas, ...contributions.flatMap(scopeDelta)]
    .filter(([order]) => scopesOrder === null || compareOrders(order, scopesOrder) > 0)
    .toSorted((a, b) => compareOrders(a[0], b[0]))
    .filter(([order], i, all) => i === 0 || compareOrders(order, all[i - 1]?.[0] ?? LEGACY_ORDER) !== 0);
  if (slices.some(([, columns]) => 'connected_at' in columns)) return { slices, deltas };
  const known = contributions.map(({ order }) => order[1]);
  return { slices, deltas, firstMs: Math.min(firstKnownMs(row), ...known) };
}

/** Rows stored before it was kept hold at least the events that still count. */
function firstKnownMs({ slices, deltas, firstMs }: ConnectionRow): number {
  return firstMs ?? Math.min(...[...slices, ...deltas].map(([order]) => order[1]));
}

/**
 * The stored columns; null before any event. Whatever speaks of a connection says that it is there: until an
 * event tells when it was connected, it counts as connected since the earliest one.
 */
export function shownConnection(row: ConnectionRow): ConnectionColumns | null {
  if (row.slices.length + row.deltas.length === 0) return null;
  const won = winningColumns(row.slices);
  const connectedAt = timeOf(won.connected_at) ?? isoTime(firstKnownMs(row));
  return {
    provider: textOf(won.provider) ?? 'unknown',
    reference_id: textOf(won.reference_id) ?? '',
    scopes: shownScopes(textOf(won.scopes), row.deltas),
    connected_at: connectedAt,
    deactivated_at: timeOf(won.deactivated_at),
    state: textOf(won.state) ?? 'connected',
    state_message: textOf(won.state_message),
    state_at: timeOf(won.state_at) ?? connectedAt,
  };
}

/** Reads a stored row back; one from before cells counts as lowest order. */
export function decodeConnection(cells: string | null, columns: Columns): ConnectionRow {
  if (cells === null) return { slices: [[LEGACY_ORDER, columns]], deltas: [] };
  return JSON.parse(cells) as ConnectionRow;
}

/** Scopes as a list: trimmed, without empties and repeats. Terra sends them comma separated, padded, empty or null. */
export function scopeList(scopes: string | null): readonly string[] {
  const names = (scopes ?? '').split(',').map((scope) => scope.trim());
  return [...new Set(names.filter((scope) => scope !== ''))];
}

function connectionSlice(contribution: ConnectionContribution): Slice {
  const at = isoTime(contribution.order[1]);
  const who = { provider: contribution.provider, reference_id: contribution.referenceId };
  return [contribution.order, { ...who, ...stateColumns(contribution.change, at) }];
}

function stateColumns(change: ConnectionContribution['change'], at: string): Columns {
  switch (change.state) {
    case 'connected':
      return {
        scopes: joinScopes(scopeList(change.scopes)),
        connected_at: at,
        deactivated_at: '',
        state: 'connected',
        state_message: '',
        state_at: at,
      };
    case 'error':
      return { state: 'error', state_message: change.message ?? '', state_at: at };
    case 'permissions':
      return { scopes: fullScopes(change) };
    case 'deauthenticated':
    case 'access_revoked':
    case 'replaced':
      return { deactivated_at: at, state: change.state, state_message: '', state_at: at };
  }
}

type PermissionChange = Extract<ConnectionContribution['change'], { state: 'permissions' }>;

/** The whole list after the change, where the event carries one: empty where nothing is left of it. */
function fullScopes(change: PermissionChange): string | null {
  const scopes = scopeList(change.scopes);
  return scopes.length === 0 ? null : applyDelta(scopes, change.added, change.removed).join(',');
}

function scopeDelta(contribution: ConnectionContribution): readonly ScopeDelta[] {
  const { change, order } = contribution;
  if (change.state !== 'permissions' || fullScopes(change) !== null) return [];
  return [[order, change.added, change.removed]];
}

function shownScopes(base: string | null, deltas: readonly ScopeDelta[]): string | null {
  const scopes = deltas.reduce(
    (current, [, added, removed]) => applyDelta(current, added, removed),
    scopeList(base),
  );
  return joinScopes(scopes);
}

function applyDelta(
  scopes: readonly string[],
  added: readonly string[],
  removed: readonly string[],
): readonly string[] {
  const gone = new Set(removed);
  return [...new Set([...scopes, ...added])].filter((scope) => !gone.has(scope));
}

function joinScopes(scopes: readonly string[]): string | null {
  return scopes.length === 0 ? null : scopes.join(',');
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function timeOf(value: unknown): StoredTime | null {
  const text = textOf(value);
  return text === null ? null : storedText(text);
}
