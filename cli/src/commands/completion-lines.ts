/** Lines of a script, inside of what stands around them. */
export function indented(lines: readonly string[], levels = 1): string[] {
  return lines.map((line) => `${'  '.repeat(levels)}${line}`);
}
