/**
 * Ids that are UUIDs, in 16 bytes instead of 36 characters: each event has two of them for good. Any other text stays as it is,
 * and so do those that an earlier version wrote. Whoever asks the database by hand: `hex(request_id)` has the digits.
 */

const PARTS = [
  [1, 8],
  [9, 4],
  [13, 4],
  [17, 4],
  [21, 12],
] as const;

/** What a column or a value is to everybody: the id as text. */
export function idText(packed: string): string {
  const digits = PARTS.map(([from, length]) => `substr(hex(${packed}), ${from}, ${length})`).join(
    ` || '-' || `,
  );
  return `iif(typeof(${packed}) = 'blob', lower(${digits}), ${packed})`;
}

/** The id bound as `parameter` as it is stored: in bytes where these give the same text again. */
export function packedId(parameter: string): string {
  const bytes = `unhex(${parameter}, '-')`;
  return `iif(${idText(bytes)} = ${parameter}, ${bytes}, ${parameter})`;
}

/** True of a column that holds the id bound as `parameter`, however it is written there. */
export function holdsId(column: string, parameter: string): string {
  return `${column} in (${parameter}, ${packedId(parameter)})`;
}
