/** What JSON can hold. An undefined member is left out, as JSON.stringify does. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json | undefined };

/** @returns the parsed object, or null for anything else */
export function parseJsonObject(text: string): JsonObject | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return isJsonObject(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}

export function stringIn(object: JsonObject, key: string): string | null {
  const value = object[key];
  return typeof value === 'string' ? value : null;
}

/** The value at a dotted path; a number is the index of an array. Undefined where any step is missing. */
export function valueAt(json: Json | undefined, path: string): Json | undefined {
  let found = json;
  for (const key of path.split('.')) {
    if (Array.isArray(found)) found = found[Number(key)];
    else found = isJsonObject(found) ? found[key] : undefined;
  }
  return found;
}

/** A copy with another value at a dotted path; undefined leaves the member out. Missing objects are made. */
export function withValueAt(object: JsonObject, path: string, value: Json | undefined): JsonObject {
  const [key = '', ...rest] = path.split('.');
  return { ...object, [key]: rest.length === 0 ? value : within(object[key], rest.join('.'), value) };
}

function within(json: Json | undefined, path: string, value: Json | undefined): Json {
  if (!Array.isArray(json)) return withValueAt(isJsonObject(json) ? json : {}, path, value);
  const items: readonly Json[] = json;
  const [index = '', ...rest] = path.split('.');
  const change = (item: Json) => (rest.length === 0 ? (value ?? null) : within(item, rest.join('.'), value));
  return items.map((item, at) => (at === Number(index) ? change(item) : item));
}
