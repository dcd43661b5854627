import type { JsonObject } from '../json.ts';
import { type Lifestyle, lifeOn } from '../life/day.ts';
import type { Person } from '../life/person.ts';
import { activityItems } from './activity.ts';
import { bodyItem } from './body.ts';
import { dailyItem } from './daily.ts';
import type { DataType, Device } from './devices.ts';
import { localized } from './localization.ts';
import { measuredBy } from './measured.ts';
import { sleepItems } from './sleep.ts';
import { isWorn, type Wearing } from './wearing.ts';

export type HistoryRequest = {
  readonly person: Person;
  readonly device: Device;
  readonly type: DataType;
  readonly days: readonly number[];
  readonly lifestyle: Lifestyle;
  readonly withSamples: boolean;
};

/** The `data[]` of a payload over those days, oldest first. */
export function historyItems(request: HistoryRequest): readonly JsonObject[] {
  const { person, device, type, lifestyle, withSamples } = request;
  if (!device.types.includes(type)) return [];
  return request.days.flatMap((day) => {
    const wearing = { device, life: measuredBy(device, lifeOn(person, day, lifestyle)), withSamples };
    if (!isWorn(wearing)) return [];
    return itemsOf(type, wearing).map((item) => localized(item, device.localization));
  });
}

function itemsOf(type: DataType, wearing: Wearing): readonly JsonObject[] {
  switch (type) {
    case 'daily':
      return [dailyItem(wearing)];
    case 'sleep':
      return sleepItems(wearing);
    case 'activity':
      return activityItems(wearing);
    case 'body': {
      const item = bodyItem(wearing);
      return item === null ? [] : [item];
    }
  }
}
