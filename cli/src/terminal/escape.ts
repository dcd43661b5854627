/**
 * What must not reach a terminal as it is: control characters (C0, DEL and C1), line separators, and marks that
 * nobody sees, among them those that turn text around. The two joiners stay: emoji and several scripts are written
 * with them.
 */
export const UNSHOWN = /[\p{Cc}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu;

const SHORT: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/**
 * A text as one line for people: `\x1b` for an escape, `\n` for a line's end, `\u202e` for an override. A backslash
 * stays one, so that paths read as they are and a line may be escaped twice; `--json` has the exact text.
 */
export function escapeLine(text: string): string {
  return text.replace(UNSHOWN, (character) => SHORT.get(character) ?? escapeCharacter(character));
}

/**
 * A document as JSON of the same value, without an unshown character: JSON itself escapes only C0.
 * The line ends of `indent` stay, since within a text JSON has none.
 */
export function renderJson(document: unknown, indent?: number): string {
  return JSON.stringify(document, null, indent).replace(UNSHOWN, (character) =>
    character === '\n' ? character : escapeUnits(character),
  );
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? escapeUnits(character) : `\\u{${code.toString(16)}}`;
}

/** Each UTF-16 unit as `\uXXXX`, the only escape that JSON has for all of them. */
function escapeUnits(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
