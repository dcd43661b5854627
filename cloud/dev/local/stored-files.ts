import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where Miniflare keeps the rows of D1, and those that tell of R2's objects, below a stack's state. */
const PLACES = {
  d1: 'v3/d1/miniflare-D1DatabaseObject',
  r2: 'v3/r2/miniflare-R2BucketObject',
} as const;

/** The SQLite file of one of them, beside which Miniflare keeps one of its own; null where there is none yet. */
export function storedFile(state: string, store: keyof typeof PLACES): string | null {
  const folder = join(state, PLACES[store]);
  if (!existsSync(folder)) return null;
  const file = readdirSync(folder).find((one) => one.endsWith('.sqlite') && !one.startsWith('metadata'));
  return file === undefined ? null : join(folder, file);
}
