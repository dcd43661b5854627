import type { Columns, ColumnValue, Order } from '../normalize/types.ts';
import type { Slice } from './cells.ts';
import { compareOrders, LEGACY_ORDER } from './order.ts';

/** Why a stored value is what it is: who said it, by which rule it was chosen, and what else was known. Pure. */

/** A value and the revisions that it was made of. */
export type Candidate = {
  readonly value: Exclude<ColumnValue, null>;
  readonly unit: string | null;
  /** Of the stored value the rule that chose it, of any other why it lost. */
  readonly why: string;
  /** What was made of what was read, null where nothing was. */
  readonly reading: string | null;
  readonly origins: readonly Origin[];
};

/** A revision and its columns that gave the value. A row from before cells has no event: null. */
export type Origin = { readonly order: Order | null; readonly columns: readonly string[] };

export type ExplainedColumn = {
  readonly column: string;
  /** Null where the row shows no value. */
  readonly stored: Candidate | null;
  readonly others: readonly Candidate[];
};

/** What events said in full, by `orderKey`: cells keep of a revision only what still wins. */
export type Revisions = ReadonlyMap<string, Columns>;

export function orderKey(order: Order): string {
  return JSON.stringify(order);
}

/** Somebody who may know a column: a day's events, a session, an activity, a lab session. */
export type Speaker = {
  /** What it says now. */
  readonly columns: Columns;
  /** By whom, what lost included. */
  readonly slices: readonly Slice[];
  /** The rule by which its value is shown. */
  readonly rule: string;
  /** Why its value is not shown where it is not. */
  readonly lost: string;
};

/** How a column is made of what somebody says. */
export type View = {
  readonly value: (columns: Columns) => ColumnValue;
  /** The columns it is made of. */
  readonly names: (columns: Columns) => readonly string[];
  readonly reading: string | null;
  readonly unit: (columns: Columns) => string | null;
};

/** A column as it was said. */
export function plainView(column: string, unit: string | null): View {
  return {
    value: (columns) => columns[column] ?? null,
    names: () => [column],
    reading: null,
    unit: () => unit,
  };
}

/** The first of `shown` that knows the column gives it; those that are hidden never do. */
export function explainColumn(
  column: string,
  view: View,
  { shown, hidden }: { readonly shown: readonly Speaker[]; readonly hidden: readonly Speaker[] },
  revisions: Revisions,
): ExplainedColumn {
  const stored = shown.find(({ columns }) => view.value(columns) !== null);
  const others = [...shown.filter((one) => one !== stored), ...hidden];
  return {
    column,
    stored: stored === undefined ? null : said(stored, view, stored.rule),
    others: [
      ...others.flatMap((one) => said(one, view, one.lost) ?? []),
      ...[...shown, ...hidden].flatMap((one) => lostRevisions(one, view, revisions)),
    ],
  };
}

/** What a speaker says of a column, null where it says nothing. */
export function said({ columns, slices }: Speaker, view: View, why: string): Candidate | null {
  const value = view.value(columns);
  if (value === null) return null;
  const origins = originsOf(slices, view.names(columns));
  return { value, unit: view.unit(columns), why, reading: view.reading, origins };
}

/** What a speaker's revisions said each for itself, as far as another one of its revisions is believed. */
export function lostRevisions(speaker: Speaker, view: View, revisions: Revisions): readonly Candidate[] {
  const shown = originsOf(speaker.slices, view.names(speaker.columns)).flatMap(({ order }) =>
    order === null ? [] : [order],
  );
  return speaker.slices.flatMap(([order]): Candidate[] => {
    const columns = revisions.get(orderKey(order)) ?? {};
    const value = view.value(columns);
    const isShown = shown.every((one) => compareOrders(one, order) === 0) && shown.length > 0;
    if (value === null || isShown) return [];
    const origins = [{ order, columns: view.names(columns) }];
    return [{ value, unit: view.unit(columns), why: whyLost(order, shown), reading: view.reading, origins }];
  });
}

function whyLost(order: Order, shown: readonly Order[]): string {
  if (shown.some(([rank]) => rank > order[0])) return 'tentative, and a confirmed revision knows it';
  if (shown.some((one) => compareOrders(one, order) > 0)) return 'a later event tells it anew';
  return 'what another event says of the same is joined with it';
}

function originsOf(slices: readonly Slice[], names: readonly string[]): readonly Origin[] {
  return slices.flatMap(([order, columns]): Origin[] => {
    const given = names.filter((name) => (columns[name] ?? null) !== null);
    const isEvent = order[0] !== LEGACY_ORDER[0];
    return given.length === 0 ? [] : [{ order: isEvent ? order : null, columns: given }];
  });
}

/** A row from before cells, as one that says what it holds. */
export function legacySpeaker(columns: Columns): Speaker {
  return {
    columns,
    slices: [[LEGACY_ORDER, columns]],
    rule: 'stored before events were remembered, and nothing later knows it',
    lost: 'stored before events were remembered',
  };
}
