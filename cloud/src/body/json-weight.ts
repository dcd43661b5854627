import { JSON_COMMAS_MAX, JSON_CONTAINERS_MAX, JSON_KEYS_MAX } from '../limits.ts';

const QUOTE = 0x22;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;

/**
 * Whether a JSON text has so many objects, arrays, keys or other values that what it is parsed into may not fit the
 * memory, however few bytes the text has. Brackets and commas inside of strings count too: no string of Terra's holds
 * so many.
 */
export function isHeavyJson(text: Uint8Array): boolean {
  // Each of them takes a byte at least, so most bodies need not be looked through.
  if (text.length <= Math.min(JSON_CONTAINERS_MAX, JSON_KEYS_MAX, JSON_COMMAS_MAX)) return false;
  let [containers, keys, commas, before] = [0, 0, 0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at] ?? 0;
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) containers += 1;
    else if (byte === COMMA) commas += 1;
    else if (byte === COLON && before === QUOTE) keys += 1;
    before = byte;
  }
  return containers > JSON_CONTAINERS_MAX || keys > JSON_KEYS_MAX || commas > JSON_COMMAS_MAX;
}
