import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { PAGE_STYLE } from './style.ts';

/** A piece of a page, its outside text escaped. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** What a page is called, on whose server it is, and where among the others. */
export type Frame = {
  readonly title: string;
  /** As the reader’s browser has it in its address. */
  readonly host: string;
  readonly path: string;
  readonly nonce: string;
  /** What only this page looks like. */
  readonly style?: string;
  /** Where what the reader came for begins, of a page on which much stands before it. */
  readonly skipTo?: string;
};

const PLACES = [
  ['/activate', 'Sign in a device'],
  ['/docs', 'API'],
  ['/admin', 'Operator'],
] as const;

/** A whole page: it begins by saying whose it is, and leads to the others. */
export function framed({ title, host, path, nonce, style = '', skipTo }: Frame, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Amy on ${host}</title>
<style nonce="${nonce}">${raw(PAGE_STYLE)}${raw(style)}</style>
</head>
<body>
${skipTo === undefined ? '' : html`<a id="skip" href="${skipTo}">Skip to the content</a>`}
<header class="frame">
<p class="brand"><a href="/">Amy</a> <span>on ${host}</span></p>
<nav aria-label="Pages of this server"><ul>${PLACES.map(
    ([place, name]) =>
      html`<li><a href="${place}"${place === path ? raw(' aria-current="page"') : ''}>${name}</a></li>`,
  )}</ul></nav>
</header>
${content}
</body>
</html>
`;
}
