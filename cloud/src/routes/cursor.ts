import type { z } from 'zod';
import { ApiError } from '../errors.ts';
import { parseJson } from './validation.ts';

/** Where a page of a list ended: what the list is ordered by. */
export type Position = readonly (string | number)[];

/** A position in a list, as an opaque text: JSON in base64url. */
export function encodeCursor(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** Reads a position back; null where the list begins. Throws a 400 that names the cursor. */
export function decodeCursor<Position>(
  schema: z.ZodType<Position>,
  cursor: string | undefined,
): Position | null {
  if (cursor === undefined) return null;
  const parsed = schema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  if (parsed.success) return parsed.data;
  throw new ApiError('invalid_request', 'cursor: must be the `next_cursor` of the page before');
}
