import { z } from 'zod';

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index)).join('');

/** Every character that steers a terminal, ends a line or turns text around, and a line that would be forged. */
export const HOSTILE = [
  `a\u001b[2J\u001b]0;title\u0007${range(0, 0x1f)}${range(0x7f, 0x9f)}`,
  `\u061c\u200e\u200f${range(0x2028, 0x202e)}${range(0x2066, 0x2069)}\ufeff\u{e0041}`,
  '\nFORGED',
].join('');

/** What no output may hold: of all control characters and unseen marks only the line's end is ours. */
export const RAW =
  /[^\P{Cc}\n]|[\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0001}-\u{e007f}]/u;

/** An answer of this shape with hostile text in every place that may hold any, the names of a record among them. */
export function hostileAnswer(schema: z.core.$ZodType): unknown {
  if (schema instanceof z.ZodObject) {
    const entries = Object.entries<z.core.$ZodType>(schema.shape);
    return Object.fromEntries(entries.map(([name, field]) => [name, hostileAnswer(field)]));
  }
  if (schema instanceof z.ZodArray) return [hostileAnswer(schema.element)];
  if (schema instanceof z.ZodRecord) return { [HOSTILE]: hostileAnswer(schema.valueType) };
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return hostileAnswer(schema.unwrap());
  }
  if (schema instanceof z.ZodString || schema instanceof z.ZodUnknown) return HOSTILE;
  if (schema instanceof z.ZodNumber) return 1;
  if (schema instanceof z.ZodBoolean) return true;
  // Of several the first: of a value that may be a text or a number the text.
  if (schema instanceof z.ZodUnion) return hostileAnswer(schema.options[0] ?? z.never());
  if (schema instanceof z.ZodEnum) return schema.options[0];
  if (schema instanceof z.ZodLiteral) return [...schema.values][0];
  throw new Error(`no answer is made for a ${schema._zod.def.type} yet`);
}
