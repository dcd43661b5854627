/** Takes two cells of a terminal: emoji, and the scripts of East Asia with their full-width forms. */
const WIDE =
  /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff01-\uff60]/u;

/** Takes none: accents and joiners, which are part of the character before. */
const NO_CELL = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** How many cells of a terminal a line takes. */
export function textWidth(text: string): number {
  // Most lines: one cell a character.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += NO_CELL.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}
