import { html } from 'hono/html';
import type { Html } from '../pages/frame.ts';
import type { Call } from './calls.ts';
import { renderCurl } from './curl.ts';
import { isOfEveryCall, KEY_HEADER, type Operation } from './document.ts';
import { EXAMPLES } from './examples.ts';
import { type Field, fieldsOf, renderFields } from './fields.ts';
import { sampleOf } from './sample.ts';
import { schemaOf } from './schema.ts';
import { renderText } from './text.ts';

/** One call: what it does and takes, what it answers, a line to paste and an answer to expect. */
export function renderCall(call: Call, origin: string): Html {
  const { method, path, operation } = call;
  const id = operation.operationId ?? '';
  return html`<section id="${id}" class="call">
<h3><a href="#${id}">${operation.summary ?? ''}</a></h3>
<p class="address"><b>${method}</b> <code>${path}</code>${operation.security?.length === 0 ? html` <small class="muted">open to everybody</small>` : ''}</p>
${operation.description === undefined ? '' : html`<p>${renderText(operation.description)}</p>`}
<div class="both">
<pre><code>${renderCurl(call, origin)}</code></pre>
${tellOnce(operation)}
</div>
</section>`;
}

/** What is told of a call is the same by every name of the server, and most of the work of a page: it is kept. */
const told = new WeakMap<Operation, Html>();

function tellOnce(operation: Operation): Html {
  const kept = told.get(operation) ?? renderTold(operation);
  told.set(operation, kept);
  return kept;
}

function renderTold(operation: Operation): Html {
  const answers = Object.entries(operation.responses ?? {}).filter(
    ([status, response]) => !isOfEveryCall(status, response),
  );
  return html`<div>
${renderParameters(operation.parameters)}
${renderBody(operation.requestBody)}
<h4>Answers</h4>
<dl class="answers">${answers.map(([status, response]) => renderAnswer(status, response))}</dl>
<p class="muted">And what <a href="#every-call">every call can answer</a>.</p>
</div>
${renderSample(operation)}`;
}

/** The header that many calls take is told once. */
function renderParameters(parameters: unknown): Html | string {
  const all = (Array.isArray(parameters) ? parameters : []).map(schemaOf);
  const own = all.filter(({ name }) => name !== KEY_HEADER.name);
  const places = new Map(own.map((one) => [String(one.name), String(one.in)]));
  const fields = own.map(
    ({ name, schema, required, description }): Field => ({
      path: String(name),
      schema: schemaOf(schema),
      isRequired: required === true,
      description: typeof description === 'string' ? description : '',
    }),
  );
  const key =
    own.length === all.length
      ? ''
      : html`<p class="muted">It takes <a href="#idempotency-key">an <code>${KEY_HEADER.name}</code></a>.</p>`;
  if (fields.length === 0) return key;
  return html`<h4>Parameters</h4>${renderFields(fields, ({ path, isRequired }) =>
    places.get(path) === 'path' ? 'in the path' : isRequired ? 'required' : '',
  )}${key}`;
}

function renderBody(requestBody: unknown): Html | string {
  const { content } = schemaOf(requestBody);
  const types = Object.entries(schemaOf(content));
  const fields = fieldsOf(schemaOf(schemaOf(types[0]?.[1]).schema));
  if (types.length === 0) return '';
  return html`<h4>Body, ${types.map(([type]) => type).join(' or ')}</h4>
${renderFields(fields, ({ isRequired }) => (isRequired ? 'required' : ''))}`;
}

/** Refusals all have one shape, which is told once; of other answers the fields are named. */
function renderAnswer(status: string, response: unknown): Html {
  const { description, content } = schemaOf(response);
  const types = Object.entries(schemaOf(content)).filter(() => Number(status) < 400);
  const fields = types
    .flatMap(([, media]) => fieldsOf(schemaOf(schemaOf(media).schema)))
    // It says what a reader of earlier answers takes it for.
    .map((field) => ({ ...field, schema: { ...field.schema, default: undefined } }));
  const type = types.map(([name]) => name).filter((name) => name !== 'application/json' && name !== '*/*');
  return html`<dt><code>${status}</code></dt><dd>${renderText(String(description))}${
    type.length === 0 ? '' : `, as ${type.join(' or ')}`
  }${
    fields.length === 0
      ? ''
      : html`<details><summary>Its fields</summary>${renderFields(fields, ({ isRequired }) => (isRequired ? '' : 'not always there'))}</details>`
  }</dd>`;
}

function renderSample(operation: Operation): Html | string {
  const sample = answerSample(operation.operationId, operation.responses);
  if (sample === undefined) return '';
  return html`<figure><figcaption class="muted">It answers, for example:</figcaption>
<pre tabindex="0"><code>${JSON.stringify(sample, null, 2)}</code></pre></figure>`;
}

/** What a call that succeeds answers, where that is JSON; else undefined. */
export function answerSample(operationId: string | undefined, responses: unknown): unknown {
  const { answer } = EXAMPLES[operationId ?? ''] ?? {};
  if (answer !== undefined) return answer;
  const [, success] = Object.entries(schemaOf(responses)).find(([status]) => status.startsWith('2')) ?? [];
  const media = schemaOf(schemaOf(success).content)['application/json'];
  return media === undefined ? undefined : sampleOf(schemaOf(schemaOf(media).schema));
}
