/** A text as a field of CSV (RFC 4180): an empty one is quoted, so that nothing between the commas stays null. */
export function csvField(text: string): string {
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
