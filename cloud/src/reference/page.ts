import { html, raw } from 'hono/html';
import { REFERENCE_SEARCH_CHARS_MAX } from '../limits.ts';
import { framed, type Html } from '../pages/frame.ts';
import { renderCall } from './call-section.ts';
import { findCalls, type GroupOfCalls, groupedCalls } from './calls.ts';
import { type ApiDocument, COMMON_REFUSALS, KEY_HEADER, KEY_REFUSALS } from './document.ts';
import { REFERENCE_STYLE } from './style.ts';
import { renderText } from './text.ts';

export type ReferenceOptions = {
  readonly document: ApiDocument;
  /** Where the reader reached the API. */
  readonly origin: string;
  readonly nonce: string;
  /** What the reader searches for; empty for everything. */
  readonly search: string;
};

/**
 * The reference of the API as one page without scripts: what one can do, by which calls, what they take and answer, and
 * a line of curl for each.
 */
export function renderReference({ document, origin, nonce, search }: ReferenceOptions): Html {
  const all = groupedCalls(document);
  const text = search.trim();
  const groups = text === '' ? all : findCalls(all, text);
  const { host } = new URL(origin);
  return framed(
    {
      title: text === '' ? 'API' : `Calls with “${text}”`,
      ...{ host, path: '/docs', nonce, style: REFERENCE_STYLE, skipTo: '#calls' },
    },
    html`<main>
<div class="intro">
<h1>What the API of Amy can do</h1>
<p>${renderText(document.info.description ?? '')} The same as a document for programs: <a href="/openapi.json">/openapi.json</a>
(OpenAPI ${document.openapi}).</p>
${renderSearch(text, groups)}
</div>
<nav id="contents" aria-label="Calls"${text === '' ? '' : raw(' class="found"')}>
<h2><a href="#every-call">What holds for every call</a></h2>
${groups.map(renderContents)}
</nav>
<div id="calls" tabindex="-1">
${text === '' ? renderEveryCall(origin) : ''}
${groups.map(
  ({ group, calls }) =>
    html`<section id="${group.id}" class="group"><h2>${group.title}</h2><p>${group.about}</p>
${calls.map((call) => renderCall(call, origin))}</section>`,
)}
${text === '' ? '' : renderEveryCall(origin)}
</div>
</main>`,
  );
}

/** The server searches, so that it needs no script. */
function renderSearch(text: string, groups: readonly GroupOfCalls[]): Html {
  const found = groups.reduce((total, { calls }) => total + calls.length, 0);
  return html`<form role="search" action="/docs"><label for="q">Search the calls</label>
<input id="q" name="q" type="search" value="${text}" maxlength="${REFERENCE_SEARCH_CHARS_MAX}" autocomplete="off" placeholder="lab report, erase, /admin/events">
<button>Search</button></form>
${
  text === ''
    ? ''
    : html`<p role="status">${found === 0 ? 'No call has' : found === 1 ? 'One call has' : `${found} calls have`} <strong>${text}</strong> in
what is said of ${found > 1 ? 'them' : 'it'}. <a href="/docs">Show all calls</a>.</p>`
}`;
}

function renderContents({ group, calls }: GroupOfCalls): Html {
  return html`<h2><a href="#${group.id}">${group.title}</a></h2>
<ul>${calls.map(
    ({ operation }) =>
      html`<li><a href="#${operation.operationId ?? ''}">${operation.summary ?? ''}</a></li>`,
  )}</ul>`;
}

/** What holds for every call is told once, and left out of each. */
function renderEveryCall(origin: string): Html {
  const refusals = Object.entries({ ...COMMON_REFUSALS, '400': KEY_REFUSALS['400'] });
  return html`<section id="every-call" class="group"><h2>What holds for every call</h2>
<p>The lines for a shell are pasted as they stand. They want a token in <code>AMY_TOKEN</code>, which
<a href="/docs#sign-in">signing a device in</a> gives, or the operator’s key in <code>AMY_ADMIN_KEY</code>:</p>
<pre><code>export AMY_TOKEN=... AMY_ADMIN_KEY=...</code></pre>
<p>What is <mark>marked</mark> in a line is made up: put in the id of yours. They go to this server,
<code>${origin}</code>.</p>
<p>A refusal has one shape. Programs decide by its <code>code</code>, <code>message</code> is for people, and with the
<code>request_id</code> whoever runs the server finds the request:</p>
<pre><code>{"error": {"code": "invalid_request", "message": "days: must be ...", "request_id": "..."}}</code></pre>
<p>Beside what is said of it below, every call can refuse so (<code>401</code> where it is not open to everybody,
<code>400</code> where it takes anything):</p>
<dl class="answers">${refusals.map(([status, description]) => html`<dt><code>${status}</code></dt><dd>${renderText(description)}</dd>`)}</dl>
<p id="idempotency-key">A <code>post</code> under <code>/v1</code> takes the header <code>${KEY_HEADER.name}</code>, sign-in
apart: ${renderText(KEY_HEADER.description)}. It can then answer <code>409</code> (${KEY_REFUSALS['409']}) too.</p>
</section>`;
}
