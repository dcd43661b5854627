/** Which side of a bound a value lies on. */
export type Operator = '<' | '<=' | '>' | '>=';

export type PrintedNumber = { readonly value: number; readonly operator: Operator | null };

/** What stands before a report's decimals; null where nothing tells. */
export type DecimalMark = '.' | ',' | null;

/** No printed number is longer; the bound keeps a hostile string from being scanned. */
const PRINTED_MAX_CHARS = 40;

const OPERATORS: Readonly<Record<string, Operator>> = {
  '<': '<',
  lt: '<',
  'less than': '<',
  '<=': '<=',
  '=<': '<=',
  '≤': '<=',
  lte: '<=',
  le: '<=',
  '>': '>',
  gt: '>',
  'more than': '>',
  'greater than': '>',
  '>=': '>=',
  '=>': '>=',
  '≥': '>=',
  gte: '>=',
  ge: '>=',
};

const BOUND = /^(<=|>=|=<|=>|[<>≤≥]|less than|more than|greater than)\s*(.+)$/i;
/** A mark beside a number that a lab prints for attention: `99*`, `99 H`, `(L)`. */
const MARKS_BEHIND = /(?:\s*[*!↑↓]+|\s*\((?:HH?|LL?|A)\)|\s+A|\s*(?<=[\d\s*])(?:HH?|LL?))+$/;
const MARKS_BEFORE = /^[*!↑↓]+\s*/;

const POINT_DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const COMMA_DECIMAL = /^[+-]?\d*,\d+$/;
/** One comma or point with three digits behind it: thousands, or decimals. */
const THREE_BEHIND = /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/;
/** `1,234,567`, and `2,50,000` as India groups. */
const COMMA_GROUPS = /^[+-]?[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}(?:\.\d+)?$/;
const POINT_GROUPS = /^[+-]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?$/;
const OTHER_GROUPS = /^[+-]?\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d+)?$/;

/** The operator that a word or a sign says, null for none. */
export function operatorOf(sign: unknown): Operator | null {
  const word = typeof sign === 'string' ? sign.trim().toLowerCase() : '';
  return Object.hasOwn(OPERATORS, word) ? (OPERATORS[word] ?? null) : null;
}

/**
 * A number as a lab prints it: `5,4`, `1,234.5`, `12 500`, `<0.3`, `≥ 60`, `99*`. Null for anything else, a range
 * (`3-5`) and a titre (`1:80`) included. `1,234` is a thousand unless `mark` says that the report's decimals stand
 * behind a comma.
 */
export function printedNumber(text: string, mark: DecimalMark): PrintedNumber | null {
  if (text.length > PRINTED_MAX_CHARS) return null;
  const plain = plainSigns(text).replace(MARKS_BEFORE, '').replace(MARKS_BEHIND, '').trim();
  const [, sign, rest] = BOUND.exec(plain) ?? [];
  const value = digitsOf((rest ?? plain).trim(), mark);
  return value === null ? null : { value, operator: operatorOf(sign) };
}

/** The mark before the decimals, told by numbers that can be read in one way only; null where none is, or they differ. */
export function decimalMarkOf(printed: readonly string[]): DecimalMark {
  const marks = new Set(printed.flatMap((text) => certainMark(text) ?? []));
  const [mark = null] = marks;
  return marks.size === 1 ? mark : null;
}

/** The mark before the decimals where this language tag (`de-DE`) is at home; null where it does not say. */
export function decimalMarkOfLocale(locale: unknown): DecimalMark {
  const [language = '', region = ''] = typeof locale === 'string' ? locale.toLowerCase().split(/[-_]/) : [];
  if (language === 'en') return '.';
  return COMMA_LANGUAGES.has(language) && !POINT_REGIONS.has(region) ? ',' : null;
}

const COMMA_LANGUAGES: ReadonlySet<string> = new Set(
  'cs da de el es fi fr hr id it nb nl no pl pt ro ru sk sl sv tr uk'.split(' '),
);
/** Switzerland, Mexico and the United States write a point in any language. */
const POINT_REGIONS: ReadonlySet<string> = new Set(['ch', 'mx', 'us']);

function certainMark(text: string): DecimalMark {
  if (text.length > PRINTED_MAX_CHARS) return null;
  for (const [number] of plainSigns(text).matchAll(/\d[\d.,]*\d/g)) {
    if (THREE_BEHIND.test(number)) continue;
    if (/^\d+,\d+$/.test(number) || /\.\d{3},\d+$/.test(number)) return ',';
    if (/^\d+\.\d+$/.test(number) || /,\d{3}\.\d+$/.test(number)) return '.';
  }
  return null;
}

/** Spaces, signs and minus of other typography as the plain ones. */
function plainSigns(text: string): string {
  return text
    .replace(/[\u00a0\u2007\u2009\u202f]/g, ' ')
    .replace(/＜/g, '<')
    .replace(/＞/g, '>')
    .replace(/−/g, '-')
    .trim();
}

function digitsOf(text: string, mark: DecimalMark): number | null {
  if (THREE_BEHIND.test(text)) {
    const isDecimal = text.includes('.') ? mark !== ',' : mark === ',';
    return Number(text.replace(/[.,]/, isDecimal ? '.' : ''));
  }
  if (POINT_DECIMAL.test(text)) return Number(text);
  if (COMMA_GROUPS.test(text)) return Number(text.replaceAll(',', ''));
  if (POINT_GROUPS.test(text)) return Number(text.replaceAll('.', '').replace(',', '.'));
  if (COMMA_DECIMAL.test(text)) return Number(text.replace(',', '.'));
  if (OTHER_GROUPS.test(text)) return Number(text.replace(/[ '’]/g, '').replace(',', '.'));
  return null;
}
