import { AmyError } from '../errors.ts';

const WHOLE_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function isWholeId(typed: string): boolean {
  return WHOLE_ID.test(typed);
}

/** What an id is of, and the command that shows ids of it. */
export type IdKind = { readonly noun: string; readonly shownBy: string };

/**
 * The id that begins with what was typed. A whole one is taken as it is, anything else is looked for among
 * `fetchIds`. Throws `not_found` where none begins so, `ambiguous_id` where several do.
 */
export async function pickId(
  typed: string,
  { noun, shownBy }: IdKind,
  fetchIds: () => Promise<readonly string[]>,
): Promise<string> {
  if (isWholeId(typed)) return typed;
  const ids = await fetchIds();
  const found = ids.filter((id) => typed !== '' && id.startsWith(typed));
  const [only] = found.includes(typed) ? [typed] : found;
  if (only === undefined) {
    throw new AmyError(
      'not_found',
      `no ${noun} has an id that begins with "${typed}"; \`${shownBy}\` shows them`,
    );
  }
  if (only !== typed && found.length > 1) {
    throw new AmyError(
      'ambiguous_id',
      `${found.length} ${noun}s have an id that begins with "${typed}": type more of it, as \`${shownBy}\` shows it`,
    );
  }
  return only;
}
