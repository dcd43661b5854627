import { createHash } from 'node:crypto';

/** Hex SHA-256 of bytes, or of a text's UTF-8. */
export function sha256Hex(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A function that gives what `compute` gave the text before, of so many texts; then it forgets them all. */
export function remembered(compute: (text: string) => string, textsMax: number): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size >= textsMax) known.clear();
    const made = compute(text);
    known.set(text, made);
    return made;
  };
}
