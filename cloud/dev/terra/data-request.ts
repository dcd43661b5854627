import { dateOf, dayNumber, SECONDS_PER_DAY } from './calendar.ts';
import { CHUNK_DAYS } from './limits.ts';
import type { DataType } from './payloads/devices.ts';
import type { TerraUser } from './users.ts';

/** What somebody asked of one connection. Both dates are included. */
export type DataRequest = {
  readonly user: TerraUser;
  readonly type: DataType;
  readonly startDay: number;
  readonly endDay: number;
  readonly withSamples: boolean;
  /** Ties the answer to the webhooks. */
  readonly reference: string;
};

/** @returns the day of a YYYY-MM-DD (a time behind it is ignored) or a unix time in seconds, else null */
export function requestedDay(text: string): number | null {
  if (/^\d{10}$/.test(text)) return Math.floor(Number(text) / SECONDS_PER_DAY);
  if (!/^\d{4}-\d{2}-\d{2}(T.*)?$/.test(text)) return null;
  const date = text.slice(0, 10);
  // Date.parse takes 30 February for 2 March.
  return Number.isNaN(Date.parse(`${date}T00:00:00Z`)) || dateOf(dayNumber(date)) !== date
    ? null
    : dayNumber(date);
}

/** Terra counts `end_date - start_date`, and at least a day. */
export function costDays(request: Pick<DataRequest, 'startDay' | 'endDay'>): number {
  return Math.max(1, request.endDay - request.startDay);
}

export function isLarge(request: Pick<DataRequest, 'startDay' | 'endDay'>): boolean {
  return request.endDay - request.startDay + 1 > CHUNK_DAYS;
}

/** The days asked for, up to today, in runs of at most a chunk; every day in exactly one. */
export function chunksOf(request: Pick<DataRequest, 'startDay' | 'endDay'>, today: number): number[][] {
  const chunks: number[][] = [];
  const last = Math.min(request.endDay, today);
  for (let start = request.startDay; start <= last; start += CHUNK_DAYS) {
    const length = Math.min(CHUNK_DAYS, last - start + 1);
    chunks.push(Array.from({ length }, (_, index) => start + index));
  }
  return chunks;
}
