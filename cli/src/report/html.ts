import { escapeLine } from '../terminal/escape.ts';

/** Markup that is ours: nothing of the file's own text stands in it unescaped. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Part = string | number | Markup | null | readonly Part[];

/**
 * Markup with parts put in. A text is escaped wherever it comes from, so that a name of a laboratory or a device is
 * shown and never run; what nobody sees in it is shown as in a terminal (`\u202e`). Null leaves nothing.
 */
export function html(markup: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(markup.reduce((text, piece, index) => text + rendered(parts[index - 1] ?? null) + piece));
}

export function escapeMarkup(text: string): string {
  return escapeLine(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function rendered(part: Part): string {
  if (part === null) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'string') return escapeMarkup(part);
  if (typeof part === 'number') return String(part);
  return part.map(rendered).join('');
}
