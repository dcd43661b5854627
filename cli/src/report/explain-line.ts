import { html, type Markup } from './html.ts';

/** The command that tells where a number comes from, as somebody types it. */
export function explainDay(date: string, column: string): Markup {
  return html`<code>amy explain ${date} ${column}</code>`;
}

export function explainLab(code: string, date: string): Markup {
  return html`<code>amy explain lab ${shellWord(code)} ${date}</code>`;
}

/** Text as one word of a shell, whatever a laboratory printed. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
