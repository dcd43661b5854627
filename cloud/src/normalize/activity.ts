import { ACTIVITY_TYPE_TITLES } from './activity-types.ts';
import { type DataItem, type ItemReading, normalizeItems } from './data-event.ts';
import { type FieldReader, fieldReader } from './field-reader.ts';
import { itemKey } from './item-key.ts';
import { valueAt } from './json-path.ts';
import { AMOUNT, HEART_RATE_BPM, strainRange } from './ranges.ts';
import { rawItem } from './raw-item.ts';
import { knownColumns, orderOf } from './results.ts';
import { storableText } from './text.ts';
import { elapsedSeconds, instantText } from './time.ts';
import type { Columns, JsonObject, Normalized, StoredEvent } from './types.ts';

/** Terra's `UploadType` of an activity that its owner deleted. */
const UPLOAD_DELETED = 4;

/** `activity`: one revision of an activity each, or the word that it is gone. */
export function normalizeActivity(event: StoredEvent, payload: unknown): Normalized {
  return normalizeItems(event, payload, readActivity);
}

function readActivity(activity: DataItem): ItemReading {
  const startTime = instantText(valueAt(activity.item, 'metadata.start_time'));
  const deleted = valueAt(activity.item, 'metadata.upload_type') === UPLOAD_DELETED;
  // A deletion is told by its id; every other activity needs its time.
  if (startTime === null && !deleted) return { refused: `${activity.path}.metadata.start_time` };
  const key = itemKey(activity, startTime);
  if ('refused' in key) return key;

  const columns = deleted ? {} : readColumns(activity, startTime);
  const order = orderOf(activity.event, activity.index);
  const { source } = activity;
  return {
    contributions: [{ kind: 'activity', source, item: key.item, startTime, order, deleted, columns }],
  };
}

function readColumns(activity: DataItem, startTime: string | null): Columns {
  const fields = fieldReader(activity.item, activity.path, activity.notices);
  const endTime = instantText(valueAt(activity.item, 'metadata.end_time'));
  const duration =
    elapsed(activity, startTime, endTime) ?? fields.number('active_durations_data.activity_seconds', AMOUNT);
  return knownColumns({
    end_time: endTime,
    activity_name: activityName(activity.item),
    distance: fields.number('distance_data.summary.distance_meters', AMOUNT),
    duration,
    ...elevation(fields),
    average_heart_rate: fields.number('heart_rate_data.summary.avg_hr_bpm', HEART_RATE_BPM),
    calories: fields.number('calories_data.total_burned_calories', AMOUNT),
    steps: fields.number('distance_data.summary.steps', AMOUNT),
    active_zone_minutes: duration === null ? null : Math.round(duration / 60),
    strain: fields.number('strain_data.strain_level', strainRange(activity.source)),
    raw: rawItem(activity.item),
  });
}

/** Seconds from start to end; an end before the start is noted and not believed. */
function elapsed(activity: DataItem, startTime: string | null, endTime: string | null): number | null {
  if (startTime === null || endTime === null) return null;
  const seconds = elapsedSeconds(startTime, endTime);
  // Read through a field reader, so that it is judged and noted like any other value.
  const times = fieldReader({ end_time: seconds }, `${activity.path}.metadata`, activity.notices);
  return times.number('end_time', AMOUNT);
}

function activityName(item: JsonObject): string | null {
  const name = storableText(valueAt(item, 'metadata.name'));
  if (name !== null) return name;
  const type = valueAt(item, 'metadata.type');
  return typeof type === 'number' ? (ACTIVITY_TYPE_TITLES.get(type) ?? null) : null;
}

/** Metres climbed, or floors where only those are known: a proxy, so which one it is stands beside it. */
function elevation(fields: FieldReader): Columns {
  const meters = fields.number('distance_data.summary.elevation.gain_actual_meters', AMOUNT);
  if (meters !== null) return { elevation_gain: meters, elevation_method: 'meters' };
  const floors = fields.number('distance_data.summary.floors_climbed', AMOUNT);
  return { elevation_gain: floors, elevation_method: floors === null ? null : 'floors' };
}
