import { createHash } from 'node:crypto';
import { html, Markup } from './html.ts';
import { REPORT_STYLE } from './page-style.ts';

type Document = {
  readonly title: string;
  readonly body: Markup;
  /** Runs where a browser may. */
  readonly script?: string;
};

/** One page that needs no other file: nothing is loaded, asked or sent, and nothing in it counts but its own style and script. */
export function documentOf({ title, body, script }: Document): string {
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(REPORT_STYLE)}'`,
    ...(script === undefined ? [] : [`script-src '${hashOf(script)}'`]),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Markup(REPORT_STYLE)}</style>
</head>
<body>
${body}
${
  script === undefined
    ? null
    : html`<script>${new Markup(script)}</script>
`
}</body>
</html>
`.text;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
