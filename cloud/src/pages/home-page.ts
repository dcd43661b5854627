import { html } from 'hono/html';
import { framed, type Html } from './frame.ts';
import { quoted } from './shell-word.ts';

/** What a person sees who opens the server's address: where they are, and where to go from here. */
export function homePage({ host, origin }: URL, nonce: string): Html {
  return framed(
    { title: 'Your data', host, path: '/', nonce },
    html`<main>
<h1>Your wearable and lab data</h1>
<p>The server <strong>${host}</strong> runs Amy: it keeps people’s wearable and lab data, and gives each person theirs. It is
running.</p>
<h2>Your data</h2>
<p>It comes to your own machine with the command line: <code>amy login --url ${quoted(origin)}</code>, then
<code>amy sync</code>. A device that shows you a code is approved at <a href="/activate">Sign in a device</a>.</p>
<h2>Programs</h2>
<p><a href="/docs">What the API can do</a>, with a line to try for each call; the same as a document for programs:
<a href="/openapi.json">openapi.json</a>.</p>
<h2>Who runs it</h2>
<p>What the server received, and what needs a look, is shown on <a href="/admin">the operator’s page</a>, to whoever has the
operator’s key.</p>
<h2>Monitors</h2>
<p>This address answers <code>ok</code> to whatever does not ask for a page, <a href="/healthz">/healthz</a> answers JSON.</p>
</main>`,
  );
}
