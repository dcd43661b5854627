import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { PAGE_STYLE } from './style.ts';

/** What a person sees who opens the server's address: where they are, and where to go from here. */
export function homePage(nonce: string): HtmlEscapedString | Promise<HtmlEscapedString> {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Amy</title>
<style nonce="${nonce}">${raw(PAGE_STYLE)}</style>
</head>
<body>
<main>
<h1>Amy</h1>
<p>This server keeps people’s wearable and lab data, and gives each person theirs. It is running.</p>
<h2>Your data</h2>
<p>It comes to your own machine with the command line: <code>amy login</code>, then <code>amy sync</code>. A device that
shows you a code is approved at <a href="/activate">Sign in a device</a>.</p>
<h2>Programs</h2>
<p><a href="/docs">What the API can do</a>, with examples; the same as a document for programs:
<a href="/openapi.json">openapi.json</a>.</p>
<h2>Monitors</h2>
<p>This address answers <code>ok</code> to whatever does not ask for a page, <a href="/healthz">/healthz</a> answers JSON.</p>
</main>
</body>
</html>
`;
}
