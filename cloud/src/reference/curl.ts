import { html } from 'hono/html';
import type { Html } from '../pages/frame.ts';
import { insideQuotes, quoted } from '../pages/shell-word.ts';
import type { Call } from './calls.ts';
import { EXAMPLES } from './examples.ts';
import { schemaOf } from './schema.ts';

/**
 * The call as it is pasted into a shell that has the key in its variable. What is marked is made up: the id of
 * something that the reader has to put in.
 */
export function renderCurl({ method, path, operation }: Call, origin: string): Html {
  const { body, query = {}, form } = EXAMPLES[operation.operationId ?? ''] ?? {};
  const isGet = method === 'get';
  const isPlain = isGet || (method === 'post' && (body !== undefined || form !== undefined));
  const pairs = Object.entries(query);
  const key = path.startsWith('/admin') ? 'x-admin-key: $AMY_ADMIN_KEY' : 'authorization: Bearer $AMY_TOKEN';
  const options = [
    ...(operation.security?.length === 0 ? [] : [html`-H "${key}"`]),
    ...(isGet ? pairs : []).map(([name, value]) => html`--data-urlencode ${quoted(`${name}=${value}`)}`),
    ...(body === undefined
      ? []
      : [html`-H ${quoted('content-type: application/json')}`, html`-d ${quoted(JSON.stringify(body))}`]),
    ...(form === undefined ? [] : [html`-F ${quoted(form)}`]),
    ...(isFile(operation.responses) ? [html`-OJ`] : []),
  ];
  const start = `curl${isPlain ? '' : ` -X ${method.toUpperCase()}`}${isGet && pairs.length > 0 ? ' -G' : ''}`;
  const asked = isGet || pairs.length === 0 ? '' : `?${new URLSearchParams(query)}`;
  return html`${start} '${insideQuotes(origin)}${renderPath(path, operation.parameters)}${asked}'${options.map(
    (option) => html` \\\n  ${option}`,
  )}`;
}

/** The parts in braces are as the document's example has them. */
function renderPath(path: string, parameters: unknown): readonly Html[] {
  const all = (Array.isArray(parameters) ? parameters : []).map(schemaOf);
  const known = new Map(all.map(({ name, schema }) => [name, schema]));
  return path.split(/\{(\w+)\}/).map((part, i) => {
    if (i % 2 === 0) return html`${part}`;
    const { examples } = schemaOf(known.get(part));
    return html`<mark>${String(Array.isArray(examples) ? examples[0] : part)}</mark>`;
  });
}

/** Whether what comes is no text for a terminal: it is saved under the name that it comes with. */
function isFile(responses: unknown): boolean {
  const { content } = schemaOf(schemaOf(responses)['200']);
  const types = Object.keys(schemaOf(content));
  return types.length > 0 && types.every((type) => /^(image|application)\/(?!json)/.test(type));
}
