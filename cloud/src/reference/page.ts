import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { z } from 'zod';
import { type ApiDocument, type Operation, operationsOf } from './document.ts';

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

/** The reference of the API as one page without scripts: every operation, what it takes and answers. */
export function renderReference(document: ApiDocument): Html {
  const operations = Object.entries(document.paths ?? {})
    .flatMap(([path, item]) => operationsOf(item).map(([method, operation]) => ({ method, path, operation })))
    .toSorted((a, b) => sideOf(a.path) - sideOf(b.path) || (a.path < b.path ? -1 : 1));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${document.info.title} API</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${document.info.title} API</h1>
<p>${document.info.description ?? ''}</p>
<p>The same as a document for programs: <a href="/openapi.json">/openapi.json</a> (OpenAPI ${document.openapi}).</p>
</header>
<nav aria-label="Operations"><ul>
${operations.map(({ method, path, operation }) => html`<li><a href="#${operation.operationId ?? ''}"><b>${method}</b> ${path}</a></li>`)}
</ul></nav>
<main>
${operations.map(({ method, path, operation }) => renderOperation(method, path, operation))}
</main>
</body>
</html>`;
}

/** The person's side comes first. */
function sideOf(path: string): number {
  return path.startsWith('/v1/') ? 0 : 1;
}

function renderOperation(method: string, path: string, operation: Operation): Html {
  const parameters = z.array(parameter).parse(operation.parameters ?? []);
  const request = body.safeParse(operation.requestBody);
  return html`<section id="${operation.operationId ?? ''}">
<h2><b>${method}</b> <code>${path}</code></h2>
<p>${operation.summary ?? ''}${operation.security?.length === 0 ? ' (open to everybody)' : ''}</p>
${operation.description === undefined ? '' : html`<p>${operation.description}</p>`}
${parameters.length === 0 ? '' : renderParameters(parameters)}
${request.success ? html`<h3>Body</h3>${renderContent(request.data.content)}` : ''}
<h3>Answers</h3>
<dl>${Object.entries(operation.responses ?? {}).map(([status, response]) => renderAnswer(status, response))}</dl>
</section>`;
}

function renderParameters(parameters: readonly z.infer<typeof parameter>[]): Html {
  return html`<h3>Parameters</h3>
<dl>${parameters.map(
    ({ name, in: place, required, description, schema }) =>
      html`<dt><code>${name}</code> <small>${place}${required ? ', required' : ''}, ${typeName(schema)}</small></dt>
<dd>${description ?? ''}</dd>`,
  )}</dl>`;
}

/** Refusals all have one shape, which is told once; of other answers the schema is shown. */
function renderAnswer(status: string, response: unknown): Html {
  const { description, content: shown } = answer.parse(response);
  const isRefusal = Number(status) >= 400;
  return html`<dt><code>${status}</code></dt><dd>${description}${
    shown === undefined || isRefusal ? '' : renderContent(shown)
  }</dd>`;
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
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
h2 { font-size: 1.1rem; border-top: 1px solid #8886; padding-top: 1rem; overflow-wrap: anywhere; }
h2 b, nav b { text-transform: uppercase; font-size: .8em; display: inline-block; min-width: 5em; }
h3 { font-size: 1rem; margin-bottom: .25rem; }
nav ul { list-style: none; padding: 0; }
dl { margin: 0; } dd { margin: 0 0 .5rem 1.5rem; }
pre { overflow-x: auto; background: #8882; padding: .5rem; }
`;
