import fc from 'fast-check';
import { SAMPLE_ARRAYS } from './sample-arrays.ts';

/** A JSON document as it is written: keys may repeat, texts and numbers have their own spelling. */
export type Written =
  | { readonly kind: 'plain'; readonly text: string }
  | { readonly kind: 'array'; readonly entries: readonly Written[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [key: string, value: Written])[] };

/** A string as JSON writes it, quotes included, some of it in escapes that are not needed. */
const spelledText = (content: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(content, fc.integer({ min: 0, max: 3 }))
    .map(([value, every]) =>
      every === 0
        ? JSON.stringify(value)
        : `"${Array.from({ length: value.length }, (_, at) =>
            at % every === 0 ? unicodeEscape(value, at) : JSON.stringify(value.charAt(at)).slice(1, -1),
          ).join('')}"`,
    );

function unicodeEscape(value: string, at: number): string {
  const digits = value.charCodeAt(at).toString(16).padStart(4, '0');
  return `\\u${at % 2 === 0 ? digits : digits.toUpperCase()}`;
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('hr_samples', 'hr_samples":[1]', '[', ']', '\\', '"', '\\"', '{}', 'data', '\u{1f600}', ''),
);
const key = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('data', 'hr_samples', 'samples', 'raw_signal', 'laps', 'hr_sample'),
  },
  { weight: 1, arbitrary: fc.constantFrom(...SAMPLE_ARRAYS) },
  { weight: 2, arbitrary: anyText },
);
const plain = fc.oneof(
  spelledText(anyText),
  fc.constantFrom(
    '0',
    '-0',
    '10',
    '-1.50',
    '1e5',
    '1E+05',
    '0.1e-3',
    '12345678901234567890',
    'true',
    'false',
  ),
  fc.constantFrom('null', '""'),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
);

const { written } = fc.letrec<{ written: Written }>((tie) => ({
  written: fc.oneof(
    { depthSize: 'medium', maxDepth: 7, withCrossShrink: true },
    plain.map((text): Written => ({ kind: 'plain', text })),
    fc.array(tie('written'), { maxLength: 4 }).map((entries): Written => ({ kind: 'array', entries })),
    fc
      .array(fc.tuple(spelledText(key), tie('written')), { maxLength: 4 })
      .map((members): Written => ({ kind: 'object', members })),
  ),
}));

/** Half of them look like an event: items in the `data` of an object. */
export const writtenDocument: fc.Arbitrary<Written> = fc.oneof(
  written,
  fc
    .tuple(
      fc.array(written, { maxLength: 4 }),
      fc.array(fc.tuple(spelledText(key), written), { maxLength: 3 }),
    )
    .map(
      ([entries, members]): Written => ({
        kind: 'object',
        members: [...members, ['"data"', { kind: 'array', entries }]],
      }),
    ),
);

/** The document's text, with `blank` wherever blanks may stand. */
export function writeOut(document: Written, blank: string): string {
  return `${blank}${spell(document, blank, () => false, '')}${blank}`;
}

/** What a skeleton of it has to be, byte for byte. */
export function writeOutSkeleton(document: Written, blank: string): string {
  if (document.kind !== 'object') return `${blank}${spell(document, blank, isDropped, '')}${blank}`;
  const members = document.members.map(([name, value]) => {
    const isData = JSON.parse(name) === 'data' && value.kind === 'array';
    const spelled = isData
      ? spellArray(
          value.entries.map((item) => spell(item, blank, isDropped, hasLost(item) ? MARK : '')),
          blank,
        )
      : spellMember(name, value, blank, isDropped);
    return `${name}${blank}:${blank}${spelled}`;
  });
  return `${blank}{${blank}${members.join(`${blank},${blank}`)}${blank}}${blank}`;
}

const MARK = ',"_samples_omitted":true';

function isDropped(name: string): boolean {
  return SAMPLE_ARRAYS.has(String(JSON.parse(name)));
}

function hasLost(item: Written): boolean {
  if (item.kind === 'array') return item.entries.some(hasLost);
  if (item.kind === 'plain') return false;
  return item.members.some(([name, value]) =>
    value.kind === 'array' && isDropped(name) ? value.entries.length > 0 : hasLost(value),
  );
}

function spell(value: Written, blank: string, drops: (name: string) => boolean, mark: string): string {
  if (value.kind === 'plain') return value.text;
  if (value.kind === 'array') {
    return spellArray(
      value.entries.map((entry) => spell(entry, blank, drops, '')),
      blank,
    );
  }
  const members = value.members.map(
    ([name, member]) => `${name}${blank}:${blank}${spellMember(name, member, blank, drops)}`,
  );
  return `{${blank}${members.join(`${blank},${blank}`)}${blank}${mark}}`;
}

function spellMember(name: string, value: Written, blank: string, drops: (name: string) => boolean): string {
  return value.kind === 'array' && drops(name) ? '[]' : spell(value, blank, drops, '');
}

function spellArray(entries: readonly string[], blank: string): string {
  return `[${blank}${entries.join(`${blank},${blank}`)}${blank}]`;
}
