/** A key of several texts as one: JSON, so that no separator inside a text can make two keys the same. */
export function rowKey(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

/** The parts of a `rowKey`. */
export function rowKeyParts(key: string): readonly string[] {
  return JSON.parse(key) as string[];
}
