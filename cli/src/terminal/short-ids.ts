/** Of an id's characters so many are shown at least: a UUID's first group. */
const SHORT_ID_CHARS = 8;

/** The beginnings by which these ids are told apart, all of one length. */
export function shortIds(ids: readonly string[]): (id: string) => string {
  const known = [...new Set(ids)];
  let length = SHORT_ID_CHARS;
  while (new Set(known.map((id) => id.slice(0, length))).size < known.length) length += 1;
  return (id) => id.slice(0, length);
}
