import { z } from 'zod';
import { type DataItem, dataItems } from '../../../cloud/src/normalize/data-event.ts';
import { localDay } from '../../../cloud/src/normalize/item-time.ts';
import { valueAt } from '../../../cloud/src/normalize/json-path.ts';
import { localDate } from '../../../cloud/src/normalize/time.ts';
import type { EventLine } from './event-line.ts';
import { readMonth } from './months.ts';
import { storedEventOf } from './stored-event.ts';

const text = z.string().nullish();

/** `{"name": "Ring 4", "software_version": "2.9.1"}` */
const deviceData = z.object({
  name: text,
  manufacturer: text,
  hardware_version: text,
  software_version: text,
});

/** What an event says of the device that measured a date; `kind` is that of the event. */
export type ToldDevice = {
  readonly source: string;
  readonly kind: 'daily' | 'sleep';
  readonly datetime: string;
  readonly device: string | null;
  readonly firmware: string | null;
};

/** What the events of a month of the archive say of devices, in the order in which they were received. */
export async function devicesOfMonth(folder: string, file: string): Promise<readonly ToldDevice[]> {
  const told: ToldDevice[] = [];
  for await (const line of readMonth(folder, file)) told.push(...devicesOf(line));
  return told;
}

function devicesOf(line: EventLine): readonly ToldDevice[] {
  const { event, payload } = storedEventOf(line);
  const kind = event.eventType;
  if (kind !== 'daily' && kind !== 'sleep') return [];
  const items = dataItems(event, payload, []);
  if ('invalid' in items) return [];
  return items.all.flatMap((delivered) => {
    if ('refused' in delivered) return [];
    const told = deviceData.safeParse(valueAt(delivered.item, 'device_data'));
    const datetime = dateOf(kind, delivered);
    if (!told.success || datetime === null) return [];
    const device = nameOf(told.data);
    const firmware = told.data.software_version || null;
    if (device === null && firmware === null) return [];
    return [{ source: delivered.source, kind, datetime, device, firmware }];
  });
}

function nameOf({ name, manufacturer, hardware_version }: z.infer<typeof deviceData>): string | null {
  const called = name || manufacturer || null;
  return called !== null && hardware_version ? `${called} (${hardware_version})` : called;
}

/** The date of the row of `daily_summary` that the item's values are in: a night counts by its end. */
function dateOf(kind: ToldDevice['kind'], delivered: DataItem): string | null {
  if (kind === 'sleep') return localDate(valueAt(delivered.item, 'metadata.end_time'));
  const day = localDay(delivered);
  return 'refused' in day ? null : day.date;
}
