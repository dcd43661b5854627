import type { IsoTime, SqliteTime } from '../clock.ts';
import type { RawEventId } from '../ids.ts';
import type { ColumnOf } from './columns.ts';

/** The columns of raw_events that a list shows to an operator: everything that costs no body. */
export const EVENT_ROW_COLUMNS = [
  'id',
  'received_at',
  'event_type',
  'provider',
  'terra_user_id',
  'reference_id',
  'user_id',
  'attempts',
  'next_attempt_at',
  'processed_at',
  'process_error',
  'dead_lettered_at',
  'resolved_at',
] as const satisfies readonly ColumnOf<'raw_events'>[];

/** A row of such a list. */
export type EventRow = {
  readonly id: RawEventId;
  readonly received_at: SqliteTime;
  readonly event_type: string;
  readonly provider: string | null;
  readonly terra_user_id: string | null;
  readonly reference_id: string | null;
  readonly user_id: string | null;
  readonly attempts: number;
  readonly next_attempt_at: IsoTime | null;
  readonly processed_at: SqliteTime | null;
  readonly process_error: string | null;
  readonly dead_lettered_at: string | null;
  readonly resolved_at: string | null;
};

/** The columns for a `select`, errors cut to as many characters as the parameter says. */
export function eventRowColumns(errorChars: '?1'): string {
  return EVENT_ROW_COLUMNS.map((column) =>
    column === 'process_error' ? `substr(process_error, 1, ${errorChars}) as process_error` : column,
  ).join(', ');
}
