import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { z } from 'zod';
import {
  type ApiDocument,
  COMMON_REFUSALS,
  KEY_HEADER,
  KEY_REFUSALS,
  type Operation,
  operationsOf,
} from './document.ts';
import { exampleOf } from './examples.ts';
import { GROUPS, type Group, groupOf, placeIn, UNGROUPED } from './groups.ts';

/** A piece of the page, its outside text escaped. */
type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** What the page shows of a parameter, a body or an answer; the document may hold more. */
const parameter = z.looseObject({
  name: z.string(),
  in: z.string(),
  required: z.boolean().optional(),
  description: z.string().optional(),
  schema: z.unknown(),
});
const content = z.record(z.string(), z.looseObject({ schema: z.unknown().optional() }));
const body = z.looseObject({ content });
const answer = z.looseObject({ description: z.string(), content: content.optional() });

/** A call of the API, with everything the document says of it. */
type Call = { readonly method: string; readonly path: string; readonly operation: Operation };

/**
 * The reference of the API as one page without scripts: what one can do, by which calls, and what they answer.
 * `pageStyle` is the look that all pages have.
 */
export function renderReference(document: ApiDocument, pageStyle: string): Html {
  const calls = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    operationsOf(item).map(([method, operation]) => ({ method, path, operation })),
  );
  const groups = [...GROUPS, UNGROUPED]
    .map((group) => ({ group, calls: callsOf(group, calls) }))
    .filter((one) => one.calls.length > 0);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${document.info.title} API</title>
<style>${raw(pageStyle)}${STYLE}</style>
</head>
<body>
<main>
<header>
<h1>${document.info.title} API</h1>
<p>${document.info.description ?? ''}</p>
<p>The same as a document for programs: <a href="/openapi.json">/openapi.json</a> (OpenAPI ${document.openapi}).</p>
</header>
<nav aria-label="What one can do">
${groups.map(({ group, calls: some }) => renderContents(group, some))}
</nav>
${renderEveryCall(document.servers?.[0]?.url ?? '')}
${groups.map(
  ({ group, calls: some }) =>
    html`<section id="${group.id}" class="group"><h2>${group.title}</h2><p>${group.about}</p>
${some.map((call) => renderCall(call))}</section>`,
)}
</main>
</body>
</html>`;
}

function callsOf(group: Group, calls: readonly Call[]): readonly Call[] {
  return calls
    .filter(({ method, path }) => groupOf(method, path) === group)
    .toSorted(
      (a, b) =>
        placeIn(group, a.method, a.path) - placeIn(group, b.method, b.path) || (a.path < b.path ? -1 : 1),
    );
}

function renderContents(group: Group, calls: readonly Call[]): Html {
  return html`<h2><a href="#${group.id}">${group.title}</a></h2>
<ul>${calls.map(
    ({ method, path, operation }) =>
      html`<li><a href="#${operation.operationId ?? ''}">${operation.summary ?? ''}</a>
<small><b>${method}</b> <code>${path}</code></small></li>`,
  )}</ul>`;
}

/** What holds for every call is told once, and left out of each. */
function renderEveryCall(origin: string): Html {
  const refusals = Object.entries(COMMON_REFUSALS);
  return html`<section id="every-call"><h2>Every call</h2>
<p>The examples are lines for a shell that knows where the server is and who asks:</p>
<pre>export AMY=${origin} AMY_TOKEN=... AMY_ADMIN_KEY=...</pre>
<p>A refusal has one shape:</p>
<pre>{"error": {"code": "invalid_request", "message": "days: must be ...", "request_id": "..."}}</pre>
<p>Beside what is said of it below, every call can answer (<code>401</code> where it is not open to everybody):</p>
<dl>${refusals.map(([status, description]) => html`<dt><code>${status}</code></dt><dd>${renderText(description)}</dd>`)}</dl>
<p id="idempotency-key">A <code>post</code> under <code>/v1</code> takes the header <code>${KEY_HEADER.name}</code>, sign-in
apart: ${renderText(KEY_HEADER.description)}. It can then answer <code>409</code> (${KEY_REFUSALS['409']}) too.</p>
</section>`;
}

function renderCall({ method, path, operation }: Call): Html {
  const parameters = z
    .array(parameter)
    .parse(operation.parameters ?? [])
    .filter(({ name }) => name !== KEY_HEADER.name);
  const request = body.safeParse(operation.requestBody);
  const answers = Object.entries(operation.responses ?? {}).filter(
    ([status, response]) => !isOfEveryCall(status, response),
  );
  return html`<section id="${operation.operationId ?? ''}" class="call">
<h3>${operation.summary ?? ''}</h3>
<p class="address"><b>${method}</b> <code>${path}</code>${operation.security?.length === 0 ? ' open to everybody' : ''}</p>
${operation.description === undefined ? '' : html`<p>${renderText(operation.description)}</p>`}
<pre>${exampleOf(method, path, operation)}</pre>
${parameters.length === 0 ? '' : renderParameters(parameters)}
${request.success ? html`<h4>Body</h4>${renderContent(request.data.content)}` : ''}
<h4>Answers</h4>
<dl>${answers.map(([status, response]) => renderAnswer(status, response))}</dl>
</section>`;
}

function isOfEveryCall(status: string, response: unknown): boolean {
  const { description } = answer.parse(response);
  return Object.entries({ ...COMMON_REFUSALS, ...KEY_REFUSALS }).some(
    ([common, told]) => common === status && told === description,
  );
}

function renderParameters(parameters: readonly z.infer<typeof parameter>[]): Html {
  return html`<h4>Parameters</h4>
<dl>${parameters.map(
    ({ name, in: place, required, description, schema }) =>
      html`<dt><code>${name}</code> <small>${place}${required ? ', required' : ''}, ${typeName(schema)}</small></dt>
<dd>${renderText(description ?? '')}</dd>`,
  )}</dl>`;
}

/** Refusals all have one shape, which is told once; of other answers the schema is shown. */
function renderAnswer(status: string, response: unknown): Html {
  const { description, content: shown } = answer.parse(response);
  const isRefusal = Number(status) >= 400;
  return html`<dt><code>${status}</code></dt><dd>${renderText(description)}${
    shown === undefined || isRefusal ? '' : renderContent(shown)
  }</dd>`;
}

/** What stands between backticks is code. */
function renderText(text: string): readonly Html[] {
  return text
    .split('`')
    .map((part, position) => (position % 2 === 0 ? html`${part}` : html`<code>${part}</code>`));
}

function renderContent(types: z.infer<typeof content>): readonly Html[] {
  return Object.entries(types).map(
    ([type, { schema }]) =>
      html`<details><summary><code>${type}</code></summary><pre>${JSON.stringify(schema, null, 2)}</pre></details>`,
  );
}

/** `integer`, or the constraints in short where there are some. */
function typeName(schema: unknown): string {
  const { description: _told, ...rest } = z.looseObject({}).parse(schema ?? {});
  const words = Object.entries(rest).map(([name, value]) =>
    name === 'type' ? String(value) : `${name} ${JSON.stringify(value)}`,
  );
  return words.join(', ');
}

const STYLE = html`
main { max-width: 52rem; overflow-wrap: anywhere; }
nav { columns: 18rem; column-gap: 2rem; }
nav h2 { font-size: 1rem; margin: .75rem 0 .25rem; break-after: avoid; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li { break-inside: avoid; margin-bottom: .35rem; line-height: 1.3; }
nav small { display: block; opacity: .75; }
b { text-transform: uppercase; font-size: .8em; letter-spacing: .04em; }
.group, #every-call { border-top: 2px solid; margin-top: 2rem; }
.call { border-top: 1px solid #8886; margin-top: 1.5rem; }
.call h3 { font-size: 1.05rem; margin-bottom: 0; }
.address { margin-top: .1rem; overflow-wrap: anywhere; }
h4 { font-size: .95rem; margin: .75rem 0 .25rem; }
dd { margin-left: 1.5rem; }
dt small { font-weight: 400; }
pre { overflow-x: auto; background: #8882; padding: .6rem; border-radius: .4rem; white-space: pre-wrap;
  overflow-wrap: anywhere; }
`;
