/** Longest name, unit, code or id that is stored, in UTF-16 units. */
export const TEXT_MAX_CHARS = 300;

/**
 * A string as a text column can hold it, null for anything that is not a string or is blank.
 * SQLite's text functions stop at a NUL and D1 refuses lone surrogates, so the first are removed and the
 * second replaced by U+FFFD; longer texts are cut without splitting a character.
 */
export function storableText(value: unknown, maxChars: number = TEXT_MAX_CHARS): string | null {
  const text = wellFormedText(value);
  if (text === null || text.trim() === '') return null;
  if (text.length <= maxChars) return text;
  const cutsPair = /[\uD800-\uDBFF]/.test(text.charAt(maxChars - 1));
  return text.slice(0, cutsPair ? maxChars - 1 : maxChars);
}

/**
 * An id as delivered, null for anything that is not one. An id over 300 characters is none of Terra's:
 * cut, it could be mistaken for another, so it counts as absent. Lab ids have been seen as integers.
 */
export function readId(value: unknown): string | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : null;
  const text = wellFormedText(value);
  return text === null || text.trim() === '' || text.length > TEXT_MAX_CHARS ? null : text;
}

/** The same as an id of one kind, which `make` makes. */
export function readIdAs<Id>(value: unknown, make: (text: string) => Id): Id | null {
  const id = readId(value);
  return id === null ? null : make(id);
}

/** A word as a reason or an error code may contain it: `[a-z0-9_]`, `unknown` where nothing is left. */
export function codeWord(value: unknown, maxChars: number): string {
  const text = typeof value === 'string' ? value.slice(0, maxChars * 4).toLowerCase() : '';
  const word = text
    .replace(/[^a-z0-9_]+/g, '_')
    .replace(/^_+/, '')
    .slice(0, maxChars)
    .replace(/_+$/, '');
  return word === '' ? 'unknown' : word;
}

function wellFormedText(value: unknown): string | null {
  return typeof value === 'string' ? value.replaceAll('\u0000', '').toWellFormed() : null;
}
