/**
 * Guards that the code's own form gives away and that no test can notice, each with the reason. A name is the line as
 * it stands, with its file: it is looked for without the line's number.
 */
const EXPLAINED: readonly (readonly [file: string, text: string, why: string])[] = [];

/** Why nobody notices that a guard is gone, null where somebody should. */
export function whyUnnoticed(guard: string): string | null {
  const found = EXPLAINED.find(([file, text]) => guard.startsWith(`${file}:`) && guard.endsWith(`: ${text}`));
  return found?.[2] ?? null;
}
