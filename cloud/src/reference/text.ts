import { html } from 'hono/html';
import type { Html } from '../pages/frame.ts';

/** What stands between backticks is code. */
export function renderText(text: string): readonly Html[] {
  return text
    .split('`')
    .map((part, position) => (position % 2 === 0 ? html`${part}` : html`<code>${part}</code>`));
}
