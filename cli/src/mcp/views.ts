/** What a client may be started with, each with all that the one before it has. */
export const VIEWS = ['summary', 'structured', 'raw'] as const;

export type View = (typeof VIEWS)[number];

/** For `amy mcp --help` and for refusals. */
export const VIEW_WORDS: Readonly<Record<View, string>> = {
  summary: 'counts, means and spreads; no single day and no single result',
  structured: 'single days, nights, workouts, lab results and samples as well',
  raw: 'SQL as well, and with it every column of the file',
};

export function isView(text: string): text is View {
  return VIEWS.some((view) => view === text);
}

/** Whether a view has what needs another one. */
export function allows(view: View, needed: View): boolean {
  return VIEWS.indexOf(view) >= VIEWS.indexOf(needed);
}
