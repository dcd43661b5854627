import { type DataItem, type ItemReading, normalizeItems } from './data-event.ts';
import { type FieldReader, fieldReader } from './field-reader.ts';
import { heartSummary } from './heart-summary.ts';
import { entriesAt, valueAt } from './json-path.ts';
import { AMOUNT, SCORE, SPO2_PERCENT, strainRange } from './ranges.ts';
import { knownColumns, orderOf } from './results.ts';
import { localDate, utcOffsetMinutes } from './time.ts';
import type { Columns, Normalized, StoredEvent } from './types.ts';

/** `daily`: the running summary of a date, which becomes columns of `daily_summary`. */
export function normalizeDaily(event: StoredEvent, payload: unknown): Normalized {
  return normalizeItems(event, payload, readDay);
}

function readDay(day: DataItem): ItemReading {
  const startTime = valueAt(day.item, 'metadata.start_time');
  const date = localDate(startTime);
  if (date === null) return { refused: `${day.path}.metadata.start_time` };

  const fields = fieldReader(day.item, day.path, day.notices);
  const columns = knownColumns({
    steps: fields.number('distance_data.steps', AMOUNT),
    ...heartSummary(fields),
    ...activeMinutes(fields),
    peak_active_zone_minutes: peakMinutes(day),
    stress_management_score: fields.number('data_enrichment.total_stress_score', SCORE),
    sleep_score: fields.number('scores.sleep', SCORE),
    recovery_score: fields.number('scores.recovery', SCORE),
    spo2: fields.number('oxygen_data.avg_saturation_percentage', SPO2_PERCENT),
    strain: fields.number('strain_data.strain_level', strainRange(day.source)),
    utc_offset_minutes: utcOffsetMinutes(startTime),
  });
  const order = orderOf(day.event, day.index);
  return { contributions: [{ kind: 'daily', source: day.source, date, order, columns }] };
}

/**
 * Minutes in the zones, and in all: the zones' sum where either is known, else the minutes by metabolic
 * equivalent, else the seconds called active.
 */
function activeMinutes(fields: FieldReader): Columns {
  const fatburn = minutes(fields.number('active_durations_data.moderate_intensity_seconds', AMOUNT));
  const cardio = minutes(fields.number('active_durations_data.vigorous_intensity_seconds', AMOUNT));
  const all =
    sumOfKnown(fatburn, cardio) ??
    sumOfKnown(
      fields.number('MET_data.num_moderate_intensity_minutes', AMOUNT),
      fields.number('MET_data.num_high_intensity_minutes', AMOUNT),
    ) ??
    minutes(fields.number('active_durations_data.activity_seconds', AMOUNT));
  return {
    fatburn_active_zone_minutes: fatburn,
    cardio_active_zone_minutes: cardio,
    active_zone_minutes: all,
  };
}

/** Minutes in the heart rate zone named peak, in any case; other providers name zones otherwise. */
function peakMinutes(day: DataItem): number | null {
  const zonesPath = 'heart_rate_data.summary.hr_zone_data';
  const zones = entriesAt(day.item, zonesPath);
  for (const [index, zone] of zones.entries()) {
    const name = valueAt(zone, 'name');
    if (typeof name !== 'string' || name.trim().toLowerCase() !== 'peak') continue;
    const fields = fieldReader(zone, `${day.path}.${zonesPath}[${index}]`, day.notices);
    const peak = minutes(fields.number('duration_seconds', AMOUNT));
    if (peak !== null) return peak;
  }
  return null;
}

function minutes(seconds: number | null): number | null {
  return seconds === null ? null : seconds / 60;
}

function sumOfKnown(one: number | null, other: number | null): number | null {
  if (one === null && other === null) return null;
  const sum = (one ?? 0) + (other ?? 0);
  return Number.isFinite(sum) ? sum : null;
}
