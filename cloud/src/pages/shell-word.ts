/** A word of the shell, whatever is in it. */
export function quoted(text: string): string {
  return `'${insideQuotes(text)}'`;
}

/** The name of a server may have an apostrophe, too: whoever sends the reader to a page chooses it. */
export function insideQuotes(text: string): string {
  return text.replaceAll("'", "'\\''");
}
