import { type DataItem, type ItemReading, normalizeItems } from './data-event.ts';
import { type FieldReader, fieldReader } from './field-reader.ts';
import { HEART_SUMMARY } from './heart-summary.ts';
import { itemKey } from './item-key.ts';
import { valueAt } from './json-path.ts';
import { AMOUNT, ANY_NUMBER, BREATHS_PER_MINUTE, SCORE, SPO2_PERCENT } from './ranges.ts';
import { rawItem } from './raw-item.ts';
import { CONFIRMED_RANK, knownColumns, orderOf, TENTATIVE_RANK } from './results.ts';
import { instantText, localDate, utcOffsetMinutes } from './time.ts';
import type { Columns, Normalized, StoredEvent } from './types.ts';
import { readByRules, valuesOf } from './value-rule.ts';

/** Terra's `SleepUploadType` of a sleep that may still change. */
const UPLOAD_TENTATIVE = 3;
/** Terra's `RecoveryLevel` labels end here; anything above is a score that was put in the label's field. */
const RECOVERY_LABEL_MAX = 6;

/** `sleep`: one revision of a session each, and through it columns of the wake date's `daily_summary`. */
export function normalizeSleep(event: StoredEvent, payload: unknown): Normalized {
  return normalizeItems(event, payload, readSleep);
}

function readSleep(sleep: DataItem): ItemReading {
  const startTime = instantText(valueAt(sleep.item, 'metadata.start_time'));
  if (startTime === null) return { refused: `${sleep.path}.metadata.start_time` };
  const deliveredEnd = valueAt(sleep.item, 'metadata.end_time');
  const endTime = instantText(deliveredEnd);
  if (endTime === null) return { refused: `${sleep.path}.metadata.end_time` };
  const key = itemKey(sleep, startTime);
  if ('refused' in key) return key;

  const fields = fieldReader(sleep.item, sleep.path, sleep.notices);
  const heart = readByRules(HEART_SUMMARY, fields, sleep.source);
  const columns = knownColumns({
    wake_date: localDate(deliveredEnd),
    end_time: endTime,
    raw: rawItem(sleep.item),
    is_nap: valueAt(sleep.item, 'metadata.is_nap') === true ? 1 : 0,
    utc_offset_minutes: utcOffsetMinutes(deliveredEnd),
    ...stages(fields),
    ...valuesOf(heart),
    hrv_method: heart.heart_rate_variability?.source.method ?? null,
    spo2: fields.number('respiration_data.oxygen_saturation_data.avg_saturation_percentage', SPO2_PERCENT),
    respiratory_rate: fields.number('respiration_data.breaths_data.avg_breaths_per_min', BREATHS_PER_MINUTE),
    skin_temperature: fields.number('temperature_data.delta', ANY_NUMBER),
    sleep_score: fields.number('scores.sleep', SCORE) ?? fields.number('data_enrichment.sleep_score', SCORE),
    recovery_score: recoveryScore(fields),
  });
  const isTentative = valueAt(sleep.item, 'metadata.upload_type') === UPLOAD_TENTATIVE;
  const order = orderOf(sleep.event, sleep.index, isTentative ? TENTATIVE_RANK : CONFIRMED_RANK);
  return {
    contributions: [{ kind: 'sleep', source: sleep.source, item: key.item, startTime, order, columns }],
  };
}

/** Seconds as delivered; minutes, percents and missing totals are computed from merged seconds. */
function stages(fields: FieldReader): Columns {
  const asleep = 'sleep_durations_data.asleep';
  return {
    asleep_seconds: fields.number(`${asleep}.duration_asleep_state_seconds`, AMOUNT),
    deep_seconds: fields.number(`${asleep}.duration_deep_sleep_state_seconds`, AMOUNT),
    rem_seconds: fields.number(`${asleep}.duration_REM_sleep_state_seconds`, AMOUNT),
    light_seconds: fields.number(`${asleep}.duration_light_sleep_state_seconds`, AMOUNT),
    awake_seconds: fields.number('sleep_durations_data.awake.duration_awake_state_seconds', AMOUNT),
  };
}

function recoveryScore(fields: FieldReader): number | null {
  const score =
    fields.number('readiness_data.readiness', SCORE) ??
    fields.number('data_enrichment.readiness_score', SCORE);
  if (score !== null) return score;
  const level = fields.number('readiness_data.recovery_level', SCORE);
  return level !== null && level > RECOVERY_LABEL_MAX ? level : null;
}
