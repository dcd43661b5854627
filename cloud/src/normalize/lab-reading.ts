import { type FieldReader, fieldReader } from './field-reader.ts';
import { valueAt } from './json-path.ts';
import {
  type DecimalMark,
  type Operator,
  operatorOf,
  type PrintedNumber,
  printedNumber,
} from './lab-number.ts';
import { ANY_NUMBER } from './ranges.ts';
import { storableText } from './text.ts';
import type { JsonObject, Notice } from './types.ts';

/** What a result says, nothing converted. */
export type LabReading = {
  readonly value: number | null;
  /** That of a bound; the value is then no exact one. */
  readonly operator: Operator | null;
  /** What was printed where it is no plain number. */
  readonly text: string | null;
};

/** How a result is read: its path, the report's decimal mark, and where to note what was not believed. */
export type ResultContext = {
  readonly path: string;
  readonly mark: DecimalMark;
  readonly notices: Notice[];
};

const NOTHING: LabReading = { value: null, operator: null, text: null };

/** `measurement {numeric | bounded {operator, value} | qualitative {text, code} | text}`, else what was printed. */
export function layeredReading(result: JsonObject, context: ResultContext): LabReading {
  const printed = printedText(valueAt(result, 'source.value'));
  const numeric = numberAt(result, 'measurement.numeric', context);
  if (numeric !== null) return asPrinted(numeric, printed, context.mark);
  const bounded = numberAt(result, 'measurement.bounded.value', context);
  if (bounded !== null) {
    const sign = valueAt(result, 'measurement.bounded.operator');
    const operator = operatorOf(sign);
    if (operator !== null) return asPrinted({ ...bounded, operator }, printed, context.mark);
    return { ...NOTHING, text: printed ?? `${printedText(sign) ?? '?'} ${bounded.value}` };
  }
  const worded =
    printedText(valueAt(result, 'measurement.qualitative.text')) ??
    printedText(valueAt(result, 'measurement.qualitative')) ??
    printedText(valueAt(result, 'measurement.qualitative.code'));
  if (worded !== null) return { ...NOTHING, text: worded };
  return textReading(printedText(valueAt(result, 'measurement.text')) ?? printed, context);
}

/** `value`, `value_gt` and `value_lt`, `raw_value`, `qualitative_value`. */
export function flatReading(result: JsonObject, context: ResultContext): LabReading {
  const raw = printedText(valueAt(result, 'raw_value'));
  const printed = printedText(valueAt(result, 'value')) ?? raw;
  const value = numberAt(result, 'value', context);
  const above = numberAt(result, 'value_gt', context)?.value ?? null;
  const below = numberAt(result, 'value_lt', context)?.value ?? null;
  if (value !== null) {
    const operator = value.operator ?? (value.value === below ? '<' : value.value === above ? '>' : null);
    return asPrinted({ ...value, operator }, value.operator === null ? raw : printed, context.mark);
  }
  if (above !== null && below !== null) return { ...NOTHING, text: printed ?? `${above}-${below}` };
  if (above !== null) return asPrinted({ value: above, operator: '>' }, printed, context.mark);
  if (below !== null) return asPrinted({ value: below, operator: '<' }, printed, context.mark);
  if (printed !== null) return textReading(printed, context);
  return { ...NOTHING, text: printedText(valueAt(result, 'qualitative_value')) };
}

/** The texts in which a result prints numbers, for telling what stands before its decimals. */
export function printedNumbersOf(result: unknown): readonly string[] {
  return ['value', 'raw_value', 'source.value'].flatMap((path) => {
    const found = valueAt(result, path);
    return typeof found === 'string' ? [found] : [];
  });
}

/** A number with the operator that was printed beside the same number, and the print of a bound. */
function asPrinted(number: PrintedNumber, printed: string | null, mark: DecimalMark): LabReading {
  const { value } = number;
  const same = printed === null ? null : printedNumber(printed, mark);
  const isSame = same?.value === value;
  const operator = (isSame ? same.operator : null) ?? number.operator;
  if (operator === null) return { value, operator, text: null };
  return { value, operator, text: isSame && same.operator !== null ? printed : `${operator}${value}` };
}

function textReading(printed: string | null, { path, mark, notices }: ResultContext): LabReading {
  const number = printed === null ? null : printedNumber(printed, mark);
  if (number === null) return { ...NOTHING, text: printed };
  const value = fieldReader({ value: number.value }, path, notices).number('value', ANY_NUMBER);
  return value === null ? NOTHING : asPrinted({ ...number, value }, printed, mark);
}

/** A number, or a text that prints one; null for any other text. */
function numberAt(result: JsonObject, at: string, context: ResultContext): PrintedNumber | null {
  const found = valueAt(result, at);
  if (typeof found !== 'string') return plain(fieldReader(result, context.path, context.notices), at);
  const printed = printedNumber(found, context.mark);
  if (printed === null) return null;
  const dot = at.lastIndexOf('.');
  const [parent, name] = dot < 0 ? ['', at] : [`.${at.slice(0, dot)}`, at.slice(dot + 1)];
  const fields = fieldReader({ [name]: printed.value }, `${context.path}${parent}`, context.notices);
  const value = fields.number(name, ANY_NUMBER);
  return value === null ? null : { value, operator: printed.operator };
}

function plain(fields: FieldReader, at: string): PrintedNumber | null {
  const value = fields.number(at, ANY_NUMBER);
  return value === null ? null : { value, operator: null };
}

function printedText(value: unknown): string | null {
  return storableText(value)?.trim() ?? null;
}
