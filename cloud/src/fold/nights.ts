import { NIGHT_RAWS_KEPT } from '../limits.ts';
import { durationsOf, isMeasured } from '../normalize/sleep-durations.ts';
import { sortableMs } from '../normalize/time.ts';
import type { Columns, Order, SleepContribution } from '../normalize/types.ts';
import { latestOrder, mergeRevisions, type Slice, winningColumns } from './cells.ts';
import { EMPTY_ITEM_ROW, type ItemRow, shownItem } from './item-row.ts';
import { foldItems, type ItemChange, type ItemState } from './items.ts';
import { rowKey, rowKeyParts } from './keys.ts';
import { compareOrders, LEGACY_ORDER } from './order.ts';

/**
 * Which records are one sleep. A device corrects a night under another id or none, sends a stay in bed beside the
 * measured sleep, or the first hours before the whole: sessions of one source that overlap by more than half of the
 * shorter one form a night, transitively, whatever their ids; naps likewise among themselves. A night shows one of its
 * sessions: one that measured sleep before a stay in bed, then a confirmed one before a tentative one, then the
 * greater order. Which sessions form a night depends on the set of them alone, never on the order of arrival.
 *
 * All sessions of a night live in one row of `sleep_sessions`, at the start of the shown one; `item_homes` names that
 * row for each of them, and the wake date of its own. The others have no row where they start, and no place in the day;
 * they are in the cells, so that they come back when the shown one moves away. A row therefore always holds whole
 * nights, and so whoever joins a session needs only the row where it lives and the rows of all sessions that it
 * overlaps now, with the days on which their sessions end. The sessions of a night may end on several dates:
 * it counts for the date of the shown one alone.
 *
 * Rows from before cells say too little of their session to take part.
 */

/** One session, and the start under which its row stands. */
type Session = {
  readonly source: string;
  readonly item: string;
  readonly row: string;
  readonly slices: readonly Slice[];
  readonly columns: Columns;
};

/** Sessions that are one sleep, the shown one first. */
type Night = readonly [Session, ...Session[]];

type Span = { readonly session: Session; readonly start: number; readonly end: number };

/**
 * Joins revisions of sessions into `state` and forms the nights anew. Gives each session of a night that changed,
 * those that are not shown as if they were not there.
 */
export function foldNights(state: ItemState, revisions: readonly SleepContribution[]): ItemChange[] {
  if (revisions.length === 0) return [];
  const before = sessionsOf(state.rows);
  const shownBefore = new Set(nightsOf(before.values()).map(([shown]) => shown.slices));
  foldItems(state, revisions);
  const after = sessionsOf(state.rows);
  const nights = nightsOf(after.values());
  placeNights(state, nights);
  const gone = [...before].filter(([key]) => !after.has(key));
  return [
    ...gone.map(([, { source, item, columns }]) => ({ source, item, before: columns, after: null })),
    ...nights
      .filter((night) => isChanged(night, before, shownBefore))
      .flatMap((night) => changesOf(night, before)),
  ];
}

/** The session a row shows: of the nights that start there the one with the latest word. */
export function shownSession(source: string, row: ItemRow): string | null {
  if (row.items.size <= 1) return shownItem(row);
  const sessions = [...row.items].map(([item, slices]) => sessionOf(source, item, '', slices));
  const shown = nightsOf(sessions).map(([first]): [string, readonly Slice[]] => [first.item, first.slices]);
  return shownItem({ items: new Map(shown), legacy: null });
}

/** The items of a row by the nights they form, the shown one of each first. */
export function nightsInRow(source: string, row: ItemRow): readonly (readonly string[])[] {
  const sessions = [...row.items].map(([item, slices]) => sessionOf(source, item, '', slices));
  return nightsOf(sessions).map((night) => night.map(({ item }) => item));
}

function changesOf(night: Night, before: ReadonlyMap<string, Session>): ItemChange[] {
  const [shown] = night;
  return night.map((session) => ({
    source: session.source,
    item: session.item,
    before: before.get(rowKey(session.source, session.item))?.columns ?? null,
    after: session === shown ? session.columns : null,
  }));
}

/** Whether a session of the night is new, says something else, moves to another row, or is shown only now. */
function isChanged(
  night: Night,
  before: ReadonlyMap<string, Session>,
  shownBefore: ReadonlySet<Session['slices']>,
): boolean {
  const start = startOf(night);
  if (!shownBefore.has(night[0].slices)) return true;
  return night.some(({ source, item, slices }) => {
    const earlier = before.get(rowKey(source, item));
    return earlier?.slices !== slices || earlier.row !== start;
  });
}

function sessionsOf(rows: ItemState['rows']): Map<string, Session> {
  const sessions = new Map<string, Session>();
  for (const [key, { items }] of rows) {
    const [source = '', start = ''] = rowKeyParts(key);
    for (const [item, slices] of items) {
      sessions.set(rowKey(source, item), sessionOf(source, item, start, slices));
    }
  }
  return sessions;
}

function sessionOf(source: string, item: string, row: string, slices: readonly Slice[]): Session {
  return { source, item, row, slices, columns: winningColumns(slices) };
}

/** Puts every session into the row of its night, and tells its home where that is another one than before. */
function placeNights(state: ItemState, nights: readonly Night[]): void {
  const placed = new Map<string, Map<string, readonly Slice[]>>();
  for (const night of nights) {
    const start = startOf(night);
    const key = rowKey(night[0].source, start);
    const items = placed.get(key) ?? new Map<string, readonly Slice[]>();
    placed.set(key, items);
    for (const [place, session] of night.entries()) {
      items.set(session.item, place < NIGHT_RAWS_KEPT ? session.slices : withoutRaw(session.slices));
      moveHome(state, session, start);
    }
  }
  for (const key of new Set([...state.rows.keys(), ...placed.keys()])) {
    const row = state.rows.get(key) ?? EMPTY_ITEM_ROW;
    const items = placed.get(key) ?? new Map<string, readonly Slice[]>();
    if (!holdsSame(row.items, items)) state.rows.set(key, { ...row, items });
  }
}

/** A session that nobody told of has no home in the state; then it lives in the row where it was found. */
function moveHome(state: ItemState, { source, item, row, columns }: Session, start: string): void {
  const key = rowKey(source, item);
  const home = state.homes.get(key);
  if ((home === undefined ? row : home.startTime) === start) return;
  const wakeDate = typeof columns.wake_date === 'string' ? columns.wake_date : null;
  state.homes.set(key, { startTime: start, wakeDate, deletedUpTo: home?.deletedUpTo ?? null });
}

function holdsSame(a: ItemRow['items'], b: ItemRow['items']): boolean {
  return a.size === b.size && [...a].every(([item, slices]) => b.get(item) === slices);
}

/** Shown in the place of an item that was left out: no row of `sleep_sessions` stands without a `raw`. */
export const OMITTED_RAW = JSON.stringify({ _raw_omitted: true });

function withoutRaw(slices: readonly Slice[]): readonly Slice[] {
  if (!slices.some(([, columns]) => 'raw' in columns)) return slices;
  return mergeRevisions(slices.map(([order, { raw: _raw, ...columns }]): Slice => [order, columns]));
}

function startOf([shown]: Night): string {
  return String(shown.columns.start_time);
}

/** Every session in its night. Sessions whose times cannot be compared stand alone. */
function nightsOf(sessions: Iterable<Session>): Night[] {
  const kinds = Map.groupBy(sessions, (session) =>
    rowKey(session.source, String(session.columns.is_nap === 1), clockOf(session)),
  );
  return [...kinds.values()].flatMap(overlapping).map(shownFirst);
}

/** Joins the sessions of one kind that overlap by more than half of the shorter one. */
function overlapping(sessions: readonly Session[]): [Session, ...Session[]][] {
  const spans = sessions.map(spanOf).toSorted((a, b) => a.start - b.start);
  const nightAt = spans.map(({ session }): [Session, ...Session[]] => [session]);
  for (const [i, one] of spans.entries()) {
    for (let j = i + 1; j < spans.length; j += 1) {
      const other = spans[j];
      if (other === undefined || other.start >= one.end) break;
      const shared = Math.min(one.end, other.end) - other.start;
      if (shared <= Math.min(one.end - one.start, other.end - other.start) / 2) continue;
      const [into, from] = [nightAt[i], nightAt[j]];
      if (into === undefined || from === undefined || into === from) continue;
      into.push(...from);
      for (const [k, night] of nightAt.entries()) if (night === from) nightAt[k] = into;
    }
  }
  return [...new Set(nightAt)];
}

/** Instants compare among themselves, and wall clocks do. */
function clockOf({ item, columns }: Session): string {
  const [start, end] = [columns.start_time, columns.end_time].map(String);
  const alone = `alone: ${item}`;
  if (sortableMs(start) === null || sortableMs(end) === null) return alone;
  if (start?.endsWith('Z') !== end?.endsWith('Z')) return alone;
  return start?.endsWith('Z') === true ? 'instant' : 'wall clock';
}

function spanOf(session: Session): Span {
  const { start_time, end_time } = session.columns;
  return { session, start: sortableMs(start_time) ?? 0, end: sortableMs(end_time) ?? 0 };
}

function shownFirst(night: [Session, ...Session[]]): Night {
  const [first, ...rest] = night.toSorted(
    (a, b) =>
      Number(isMeasured(durationsOf(b.columns))) - Number(isMeasured(durationsOf(a.columns))) ||
      compareOrders(orderOf(b), orderOf(a)) ||
      (a.item < b.item ? 1 : -1),
  );
  return [first ?? night[0], ...rest];
}

/** Of its latest word; a confirmed one is later than any tentative one. */
function orderOf({ slices }: Session): Order {
  return latestOrder(slices) ?? LEGACY_ORDER;
}
