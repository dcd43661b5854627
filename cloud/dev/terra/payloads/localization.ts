import { isJsonObject, type JsonObject } from '../json.ts';
import type { Device } from './devices.ts';

const LOCAL_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}[+-]\d{2}:\d{2}$/;

/** An item as a provider of this kind sends it: flagged so, and with every time in UTC where it gives no other. */
export function localized(item: JsonObject, localization: Device['localization']): JsonObject {
  const { metadata } = item;
  const flagged = {
    ...item,
    metadata: { ...(isJsonObject(metadata) ? metadata : {}), timestamp_localization: localization },
  };
  return localization === 0 ? inUtc(flagged) : flagged;
}

function inUtc(item: JsonObject): JsonObject {
  return JSON.parse(
    JSON.stringify(item, (_key, value: unknown) =>
      typeof value === 'string' && LOCAL_TIME.test(value)
        ? `${new Date(value).toISOString().slice(0, 19)}.000000+00:00`
        : value,
    ),
  ) as JsonObject;
}
