import { isJsonObject } from './json-path.ts';
import type { JsonObject } from './types.ts';

/** Largest `raw`, in bytes of UTF-8. */
export const RAW_MAX_BYTES = 64 * 1024;

/** Deeper than any Terra model by far; JSON.stringify recurses and would exhaust the stack. */
const NESTING_MAX_LEVELS = 200;

/** Tried in turn on an item that is too large even without its samples. */
const ARRAY_LENGTHS_TRIED = [1_000, 100, 10, 0] as const;
const STRING_MAX_CHARS = 1_000;

/** How a `raw` tells that its samples were left out. */
export const SAMPLES_OMITTED = '"_samples_omitted":true';

type Replacer = (key: string, value: unknown) => unknown;

/**
 * The `raw` column: the item as delivered, as JSON, never over 64 KB. A larger one gets
 * `"_samples_omitted": true` and the first of these that is small enough:
 * 1. without its `*_samples` arrays, at any depth
 * 2. and with every other array of more than 1,000 (then 100, 10, 0) entries empty
 * 3. and with every string of more than 1,000 characters null
 * 4. the mark alone
 * What is nested deeper than 200 levels is null, with the mark.
 */
export function rawItem(item: JsonObject): string {
  const tooDeep = isNestedDeeper(item, NESTING_MAX_LEVELS);
  if (!tooDeep) {
    const delivered = JSON.stringify(item);
    if (fits(delivered)) return delivered;
  }
  const shallow = tooDeep ? cutBelow(item, NESTING_MAX_LEVELS) : item;
  const marked = { ...(isJsonObject(shallow) ? shallow : {}), _samples_omitted: true };
  for (const replacer of reductions()) {
    const reduced = JSON.stringify(marked, replacer);
    if (fits(reduced)) return reduced;
  }
  return '{"_samples_omitted":true}';
}

/**
 * The same item without its sample arrays, at any depth, and with the mark; null where it has none, or is no object. What
 * is empty stays.
 */
export function rawWithoutSamples(raw: string): string | null {
  const item = parsedItem(raw);
  if (item === null) return null;
  let isThinner = false;
  const thinned = JSON.stringify({ ...item, _samples_omitted: true }, (key, value: unknown) => {
    const isSamples = Array.isArray(value) && value.length > 0 && SAMPLES_KEY.test(key);
    isThinner ||= isSamples;
    return isSamples ? undefined : value;
  });
  return isThinner ? thinned : null;
}

/** `hr_samples`, `hrv_samples_rmssd`, and `samples` of breaths and stress. */
const SAMPLES_KEY = /(^|_)samples(_|$)/;

function parsedItem(raw: string): JsonObject | null {
  try {
    const item: unknown = JSON.parse(raw);
    return isJsonObject(item) ? item : null;
  } catch {
    return null;
  }
}

function* reductions(): Generator<Replacer> {
  yield withoutSamples;
  for (const longest of ARRAY_LENGTHS_TRIED) yield withoutLongArrays(longest);
  yield (key, value) =>
    typeof value === 'string' && value.length > STRING_MAX_CHARS ? null : withoutLongArrays(0)(key, value);
}

function withoutSamples(key: string, value: unknown): unknown {
  return key.endsWith('_samples') && Array.isArray(value) ? undefined : value;
}

function withoutLongArrays(longest: number): Replacer {
  return (key, value) => {
    const kept = withoutSamples(key, value);
    return Array.isArray(kept) && kept.length > longest ? [] : kept;
  };
}

function fits(json: string): boolean {
  if (json.length > RAW_MAX_BYTES) return false;
  // A UTF-16 unit is at most three bytes of UTF-8, so most items need no encoding to be measured.
  return json.length * 3 <= RAW_MAX_BYTES || new TextEncoder().encode(json).byteLength <= RAW_MAX_BYTES;
}

function isNestedDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((child) => isNestedDeeper(child, levels - 1));
}

/** A copy in which every object and array below so many levels is null. */
function cutBelow(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return null;
  if (Array.isArray(value)) return value.map((child) => cutBelow(child, levels - 1));
  // fromEntries defines properties, so a key named __proto__ stays a plain key.
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, cutBelow(child, levels - 1)]));
}
