import { isJsonObject, type JsonObject, valueAt, withValueAt } from '../json.ts';
import { rounded } from '../random.ts';

const MORE_STEPS = 137;
const METERS_A_STEP = 0.74;

/**
 * A date's summary as it comes once more: somebody walked on, and the scores, which Terra computes apart, are
 * null. Steps that are no number, as odd values are, stay as they are.
 */
export function laterWithoutScores(daily: JsonObject): JsonObject {
  const { data_enrichment: scores } = daily;
  const names = isJsonObject(scores) ? Object.keys(scores) : [];
  const later = { ...daily, data_enrichment: Object.fromEntries(names.map((name) => [name, null])) };
  const walked = withMore(later, 'distance_data.steps', MORE_STEPS);
  return withMore(walked, 'distance_data.distance_meters', MORE_STEPS * METERS_A_STEP);
}

function withMore(daily: JsonObject, path: string, more: number): JsonObject {
  const value = valueAt(daily, path);
  return typeof value === 'number' ? withValueAt(daily, path, rounded(value + more, 1)) : daily;
}
