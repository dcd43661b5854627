import { z } from 'zod';
import type { EventLine } from './event-line.ts';
import { readMonth } from './months.ts';

const text = z.string().nullish();

const payload = z.object({
  type: z.enum(['daily', 'sleep']),
  user: z.object({ provider: z.string() }),
  data: z.array(z.unknown()),
});

/** `{"metadata": {"end_time": "2026-03-01T06:40:00+01:00"}, "device_data": {"name": "Ring 4", "software_version": "2.9.1"}}` */
const item = z.object({
  metadata: z.object({ start_time: text, end_time: text }),
  device_data: z.object({ name: text, manufacturer: text, hardware_version: text, software_version: text }),
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
  const { encoding, body } = line.fetched ?? line;
  const parsed = payload.safeParse(
    parse(encoding === 'utf-8' ? body : Buffer.from(body, encoding).toString()),
  );
  if (!parsed.success) return [];
  const { type: kind, user, data } = parsed.data;
  return data.flatMap((one) => {
    const read = item.safeParse(one);
    if (!read.success) return [];
    const { metadata, device_data } = read.data;
    const device = deviceOf(device_data);
    const firmware = device_data.software_version || null;
    // A night counts by its end, as its values do.
    const datetime = dateOf(kind === 'sleep' ? metadata.end_time : metadata.start_time);
    if (datetime === null || (device === null && firmware === null)) return [];
    return [{ source: user.provider.toLowerCase(), kind, datetime, device, firmware }];
  });
}

function deviceOf({ name, manufacturer, hardware_version }: z.infer<typeof item>['device_data']) {
  const called = name || manufacturer || null;
  return called !== null && hardware_version ? `${called} (${hardware_version})` : called;
}

/** The date on the person's own calendar, which stands first in the time as it was delivered. */
function dateOf(time: string | null | undefined): string | null {
  return /^\d{4}-\d\d-\d\d/.exec(time ?? '')?.[0] ?? null;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
