import { html } from 'hono/html';
import type { Html } from '../pages/frame.ts';
import { choicesOf, propertiesOf, requiredOf, type Schema, schemaOf, typesOf } from './schema.ts';
import { renderText } from './text.ts';

/** A value that somebody sends or gets, and all that is said of it. */
export type Field = {
  /** Inside lists and objects: `connections[].silences[].kind`. */
  readonly path: string;
  readonly schema: Schema;
  readonly isRequired: boolean;
  readonly description: string;
};

/** The fields of an object, those inside of others behind them. */
export function fieldsOf(schema: Schema, above = ''): readonly Field[] {
  const required = requiredOf(schema);
  return propertiesOf(schema).flatMap(([name, part]) => {
    const path = above === '' ? name : `${above}.${name}`;
    const { description } = part;
    const field = {
      path,
      schema: part,
      isRequired: required.has(name),
      description: typeof description === 'string' ? description : '',
    };
    return [field, ...fieldsOf(part, path), ...fieldsOf(schemaOf(part.items), `${path}[]`)];
  });
}

/** `told` says where a field stands and whether it must be there. */
export function renderFields(fields: readonly Field[], told: (field: Field) => string): Html {
  return html`<dl class="fields">${fields.map(
    (field) =>
      html`<dt><code>${field.path}</code> <small>${[told(field), ...sayKind(field.schema)].filter((part) => part !== '').join(', ')}</small></dt>
<dd>${renderText(field.description)}${renderChoices(field)}</dd>`,
  )}</dl>`;
}

function renderChoices({ schema, description }: Field): Html | string {
  const choices = choicesOf(schema).filter((choice) => choice !== null);
  if (choices.length < 2) return '';
  return html`${description === '' ? '' : '; '}one of ${choices.map((choice, i) => html`${i === 0 ? '' : ', '}<code>${String(choice)}</code>`)}`;
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  object: 'object',
  array: 'list',
  null: 'null',
};

/** The type, the range and what it is where nothing is said: `whole number`, `1 to 100`, `20 unless said`. */
function sayKind(schema: Schema): readonly string[] {
  const isFile = schema.format === 'binary';
  const names = isFile ? ['file'] : [...new Set(typesOf(schema))].map((name) => nameOf(name, schema));
  const [choice, ...others] = choicesOf(schema);
  const isOnly = choice !== undefined && others.length === 0;
  return [
    isOnly ? `only ${JSON.stringify(choice)}` : names.join(' or '),
    range(schema.minimum, schema.maximum, ''),
    range(schema.minLength, schema.maxLength, ' characters'),
    range(undefined, schema.maxItems, ' items'),
    schema.default === undefined || schema.default === null
      ? ''
      : `${JSON.stringify(schema.default)} unless said`,
  ];
}

function nameOf(type: string, { items }: Schema): string {
  const [inside, ...others] = typesOf(schemaOf(items));
  const isOfOne = type === 'array' && inside !== undefined && others.length === 0;
  return isOfOne ? `list of ${NAMES[inside] ?? inside}s` : (NAMES[type] ?? type);
}

function range(least: unknown, most: unknown, unit: string): string {
  const isBounded = typeof most === 'number' && most < Number.MAX_SAFE_INTEGER;
  if (typeof least === 'number' && isBounded) return `${least} to ${most}${unit}`;
  if (least === 1 && unit !== '') return 'not empty';
  if (typeof least === 'number') return `at least ${least}${unit}`;
  return isBounded ? `at most ${most}${unit}` : '';
}
