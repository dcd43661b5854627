/**
 * Plain looks at what comes from outside. What every command reads before it does anything is checked by these: the schema
 * library, by which answers of the server are checked, takes longer to load than all the rest of a short command.
 */

export type Fields = Readonly<Record<string, unknown>>;

/** An object with named fields, and no list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function isTextOrNull(value: unknown): value is string | null {
  return value === null || isText(value);
}

export function isOneOf<Word extends string>(words: readonly Word[], value: unknown): value is Word {
  return words.some((word) => word === value);
}
