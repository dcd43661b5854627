import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { compareOrders } from '../../../cloud/src/fold/order.ts';
import type { DeletedItem, Sample, SampleSeries } from '../../../cloud/src/normalize/intraday.ts';
import type { Order } from '../../../cloud/src/normalize/types.ts';

/** A series and the event that it was read from. */
export type ReadSeries = SampleSeries & {
  readonly event: number;
  /** Whether another series of the event has the same metric in the same stretch of time. */
  readonly isEntangled: boolean;
};

export type ReadDeletion = DeletedItem & { readonly event: number };

type SampleWriter = {
  /** Puts the series in the place of an older revision of it; does nothing where a newer one is there. */
  writeSeries(series: ReadSeries): void;
  /** Takes all series of the item that are older than the deletion, and keeps out those that come later. */
  deleteItem(deletion: ReadDeletion): void;
};

type StoredSeries = {
  readonly id: number;
  readonly order: Order;
  readonly event: number;
  /** Null of the deletion of an item, which has no samples. */
  readonly firstTime: string | null;
  readonly lastTime: string | null;
  /** All of its times, as JSON, where the stretch between first and last does not tell its samples. */
  readonly times: string | null;
};

/** Stands in place of a metric where the item itself was deleted. */
const WHOLE_ITEM = '';

const SERIES = 'id, rank, order_ms, sha256, position, event, first_time, last_time, times';

/** The order of a series, as text of SQL. */
const orderOf = (table: string) => `(${table}.rank, ${table}.order_ms, ${table}.sha256, ${table}.position)`;

/** The range of a series, as the statements below bind it: metric, first, last, source. */
const WITHIN = 'metric = ?1 and time between ?2 and ?3 and source = ?4';

const STATEMENTS = {
  known: `select ${SERIES} from sample_series where source = ? and kind = ? and item = ? and metric = ?`,
  ofItem: `select ${SERIES}, metric from sample_series where source = ? and kind = ? and item = ? and metric <> ''`,
  takeShown: `
delete from samples
where ${WITHIN} and event = ?5 and (?6 is null or time in (select value from json_each(?6)))`,
  takeBeneath: `delete from samples_beneath where ${WITHIN} and series = ?5`,
  raise: `
insert into samples (source, metric, time, utc_offset_minutes, value, unit, event)
select source, metric, time, utc_offset_minutes, value, unit, event
from (
  select b.source, b.metric, b.time, b.utc_offset_minutes, b.value, s.unit, s.event,
    row_number() over (
      partition by b.time
      order by s.rank desc, s.order_ms desc, s.sha256 desc, s.position desc
    ) as place
  from samples_beneath b
  join sample_series s on s.id = b.series
  where b.metric = ?1 and b.time between ?2 and ?3 and b.source = ?4
    and not exists (
      select 1 from samples x where x.metric = b.metric and x.time = b.time and x.source = b.source
    )
)
where place = 1`,
  takeRaised: `
delete from samples_beneath
where ${WITHIN} and exists (
  select 1
  from samples x
  join sample_series s on s.event = x.event and s.id = samples_beneath.series
  where x.metric = samples_beneath.metric and x.time = samples_beneath.time and x.source = samples_beneath.source
)`,
  forget: 'delete from sample_series where id = ?',
  remember: `
insert into sample_series
  (source, kind, item, metric, unit, event, rank, order_ms, sha256, position, first_time, last_time, times)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
returning id`,
  show: `
insert or ignore into samples (source, metric, time, utc_offset_minutes, value, unit, event)
values (?, ?, ?, ?, ?, ?, ?)`,
  shownBy: `
select ${SERIES.replaceAll(/(\w+)/g, 's.$1')}
from samples x
join sample_series s
  on s.event = x.event and s.metric = x.metric and s.source = x.source
  and x.time between s.first_time and s.last_time
  and (s.times is null or x.time in (select value from json_each(s.times)))
where x.metric = ? and x.time = ? and x.source = ?`,
  sink: `
insert into samples_beneath (series, source, metric, time, utc_offset_minutes, value)
select ?, source, metric, time, utc_offset_minutes, value
from samples
where metric = ? and time = ? and source = ?`,
  replace: `
update samples set utc_offset_minutes = ?, value = ?, unit = ?, event = ?
where metric = ? and time = ? and source = ?`,
  hide: `delete from samples where ${WITHIN}`,
  showUncovered: `
insert into samples (source, metric, time, utc_offset_minutes, value, unit, event)
select b.source, b.metric, b.time, b.utc_offset_minutes, b.value, s.unit, s.event
from samples_beneath b
join sample_series s on s.id = b.series
where b.metric = ?1 and b.time between ?2 and ?3 and b.source = ?4
  and not exists (
    select 1
    from sample_series u
    where u.metric = b.metric and u.source = b.source
      and u.last_time >= b.time and u.first_time <= b.time
      and ${orderOf('u')} > ${orderOf('s')}
  )`,
  keepBeneath: `
insert into samples_beneath (series, source, metric, time, utc_offset_minutes, value)
values (?, ?, ?, ?, ?, ?)`,
} as const;

/**
 * Writes series so that the file holds the same whatever the order they come in: of each series the revision of the
 * greatest order, whole; at each time of a source and metric the sample of the series of the greatest order. What loses
 * to another series waits beneath, and comes back when the other goes. Of a metric whose values last, a series has its
 * whole stretch of time for itself. For use inside a transaction.
 */
export function sampleWriter(database: DatabaseSync): SampleWriter {
  const prepared = Object.entries(STATEMENTS).map(([name, sql]) => [name, database.prepare(sql)]);
  const sql = Object.fromEntries(prepared) as Record<keyof typeof STATEMENTS, StatementSync>;

  function take(source: string, metric: string, stored: StoredSeries): void {
    const { firstTime, lastTime } = stored;
    sql.forget.run(stored.id);
    if (firstTime === null || lastTime === null) return;
    const within = [metric, firstTime, lastTime, source] as const;
    sql.takeShown.run(...within, stored.event, stored.times);
    sql.takeBeneath.run(...within, stored.id);
    sql.raise.run(...within);
    sql.takeRaised.run(...within);
  }

  function place(series: ReadSeries, id: number, sample: Sample): void {
    const { source, metric, unit, event } = series;
    const { time, offsetMinutes, value } = sample;
    if (sql.show.run(source, metric, time, offsetMinutes, value, unit, event).changes !== 0) return;
    const owner = storedSeries(sql.shownBy.get(metric, time, source));
    if (owner === null) throw new Error(`a sample of ${metric} at ${time} is of no series`);
    if (compareOrders(owner.order, series.order) > 0) {
      sql.keepBeneath.run(id, source, metric, time, offsetMinutes, value);
    } else {
      sql.sink.run(owner.id, metric, time, source);
      sql.replace.run(offsetMinutes, value, unit, event, metric, time, source);
    }
  }

  /** All of them lie beneath, and what no series of a greater order covers is shown as well. */
  function placeLasting(series: ReadSeries, known: StoredSeries | null): void {
    const { source, metric } = series;
    if (known !== null) {
      sql.forget.run(known.id);
      sql.takeBeneath.run(metric, known.firstTime, known.lastTime, source, known.id);
    }
    const placed = remember(series);
    for (const { time, offsetMinutes, value } of series.samples) {
      sql.keepBeneath.run(placed.id, source, metric, time, offsetMinutes, value);
    }
    for (const { firstTime, lastTime } of known === null ? [placed] : [known, placed]) {
      sql.hide.run(metric, firstTime, lastTime, source);
      sql.showUncovered.run(metric, firstTime, lastTime, source);
    }
  }

  function remember({ source, kind, item, metric, unit, event, order, samples, isEntangled }: ReadSeries) {
    const times = samples.map(({ time }) => time).toSorted();
    const all = isEntangled ? JSON.stringify(times) : null;
    const [firstTime, lastTime] = [times[0] ?? null, times.at(-1) ?? null];
    const row = [source, kind, item, metric, unit, event, ...order, firstTime, lastTime, all] as const;
    return { id: Number(sql.remember.get(...row)?.id), firstTime, lastTime };
  }

  return {
    writeSeries(series) {
      const { source, kind, item, metric, order } = series;
      const deletion = storedSeries(sql.known.get(source, kind, item, WHOLE_ITEM));
      if (deletion !== null && compareOrders(deletion.order, order) >= 0) return;
      const known = storedSeries(sql.known.get(source, kind, item, metric));
      if (known !== null && compareOrders(known.order, order) >= 0) return;
      if (series.lasts) return placeLasting(series, known);
      if (known !== null) take(source, metric, known);
      const { id } = remember(series);
      for (const sample of series.samples) place(series, id, sample);
    },
    deleteItem({ source, kind, item, order, event }) {
      const known = storedSeries(sql.known.get(source, kind, item, WHOLE_ITEM));
      if (known !== null && compareOrders(known.order, order) >= 0) return;
      if (known !== null) sql.forget.run(known.id);
      sql.remember.get(source, kind, item, WHOLE_ITEM, null, event, ...order, null, null, null);
      for (const row of sql.ofItem.all(source, kind, item)) {
        const stored = storedSeries(row);
        if (stored !== null && compareOrders(stored.order, order) < 0) {
          take(source, String(row.metric), stored);
        }
      }
    },
  };
}

type Row = ReturnType<StatementSync['get']>;

function storedSeries(row: Row): StoredSeries | null {
  if (row === undefined) return null;
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  return {
    id: Number(row.id),
    order: [Number(row.rank), Number(row.order_ms), String(row.sha256), Number(row.position)],
    event: Number(row.event),
    firstTime: text(row.first_time),
    lastTime: text(row.last_time),
    times: text(row.times),
  };
}
