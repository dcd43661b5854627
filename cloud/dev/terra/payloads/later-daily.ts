import { isJsonObject, type JsonObject, withValueAt } from '../json.ts';
import { rounded } from '../random.ts';

const MORE_STEPS = 137;
const METERS_A_STEP = 0.74;

/**
 * A date's summary as it comes once more: somebody walked on, and the scores, which Terra computes apart, are
 * null. What is no number is left as it is.
 */
export function laterWithoutScores(daily: JsonObject): JsonObject {
  const { distance_data: distance, data_enrichment: scores } = daily;
  let later = daily;
  if (isJsonObject(distance)) {
    const { steps, distance_meters: meters } = distance;
    if (typeof steps === 'number') {
      later = withValueAt(later, 'distance_data.steps', steps + MORE_STEPS);
    }
    if (typeof meters === 'number') {
      const further = rounded(meters + MORE_STEPS * METERS_A_STEP, 1);
      later = withValueAt(later, 'distance_data.distance_meters', further);
    }
  }
  if (!isJsonObject(scores)) return later;
  const nothing = Object.fromEntries(Object.keys(scores).map((name) => [name, null]));
  return withValueAt(later, 'data_enrichment', nothing);
}
