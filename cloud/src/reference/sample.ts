import { EXAMPLE_UUID } from '../contract/parameters.ts';
import { choicesOf, propertiesOf, requiredOf, type Schema, schemaOf, typesOf } from './schema.ts';

/** What a text looks like whose name ends so. The first that fits counts. */
const TEXTS: readonly (readonly [name: RegExp, text: string])[] = [
  [/(^|_)(at|now|until|seen|since|last|ts)$/, '2026-03-02T06:30:00.000Z'],
  [/(^|_)(date|from|to)$/, '2026-03-02'],
  [/^(user_id|reference_id)$/, 'user_demo'],
  [/(^|_)id$|^ended$/, EXAMPLE_UUID],
  [/^(provider|source)$/, 'oura'],
  [/^(type|event_type)$/, 'daily'],
  [/^table$/, 'daily_summary'],
  [/^paths?$/, 'data[0].distance_data.steps'],
  [/^sha256$/, 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c'],
  [/^user_code$/, 'BCDF-GHJK'],
  [/^client$/, 'my notebook'],
  [/^cron$/, '*/5 * * * *'],
  [/^level$/, 'info'],
  [/^email$/, 'ada@example.org'],
  [/^url$/, 'https://connect.example/session'],
  [/^terra_status$/, 'parsed'],
  [/_name$/, 'report.pdf'],
  [/^unit$/, 'mg/dL'],
  [/^code$/, 'ldl'],
];

/** What is mostly null, where it may be. */
const MOSTLY_NULL = /deactivated|next_|paused|oldest_|finished|approved_by|error|reason|message/;

/** What is true or false and mostly false. */
const MOSTLY_FALSE = /^has_more$|^retry_can_help$/;

/** What a number is whose name ends so; else 1. */
const NUMBERS: readonly (readonly [name: RegExp, value: number])[] = [
  [/^expires_in$/, 900],
  [/_seconds$/, 93_600],
  [/_ms$/, 12],
  [/bytes$/, 48_213],
  [/^(days|rows)$/, 31],
  [/^(backlog|skipped|dead_lettered|outbox_pending|rebuilds_running)$/, 0],
  [/failed|stale|missing|malformed|mismatch|future|remaining|left|parked|waiting$/, 0],
];

/**
 * A value that the schema allows, to show what an answer looks like: what has to be there, and of what may be there
 * the first. The same each time.
 */
export function sampleOf(schema: Schema, name = ''): unknown {
  const { examples, anyOf, items } = schema;
  if (Array.isArray(examples)) return examples[0];
  if (schema.default !== undefined) return schema.default;
  const [choice] = choicesOf(schema);
  if (choice !== undefined) return choice;
  if (Array.isArray(anyOf)) return sampleOf(schemaOf(variant(anyOf)), name);
  const types = typesOf(schema);
  if (types.includes('object')) return sampleObject(schema);
  if (types.includes('array')) return [sampleOf(schemaOf(items), name)];
  if (types.includes('boolean')) return !MOSTLY_FALSE.test(name);
  if (types.includes('string')) return sampleText(name, types.includes('null'));
  if (types.length > 0) return NUMBERS.find(([pattern]) => pattern.test(name))?.[1] ?? 1;
  return {};
}

function sampleText(name: string, mayBeNull: boolean): string | null {
  if (mayBeNull && MOSTLY_NULL.test(name)) return null;
  const known = TEXTS.find(([pattern]) => pattern.test(name));
  return known?.[1] ?? (mayBeNull ? null : '...');
}

/** Of a text, a number or nothing it is the number. */
function variant(variants: readonly unknown[]): unknown {
  return variants.find((one) => typesOf(schemaOf(one)).includes('number')) ?? variants[0];
}

function sampleObject(schema: Schema): unknown {
  const [properties, required] = [propertiesOf(schema), requiredOf(schema)];
  const needed = properties.filter(([name]) => required.has(name));
  const shown = needed.length > 0 ? needed : properties.slice(0, 1);
  return Object.fromEntries(shown.map(([name, part]) => [name, sampleOf(part, name)]));
}
