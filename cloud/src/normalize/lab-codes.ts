import { storableText } from './text.ts';

/** Terra's names of biomarkers that the wide view knows under another; of one code the one to prefer first. */
export const BIOMARKER_ALIASES: ReadonlyMap<string, string> = new Map([
  ['cholesterol', 'total_cholesterol'],
  ['cholesterol_total', 'total_cholesterol'],
  ['glucose_fasting', 'glucose'],
  ['hemoglobin_a1c', 'hba1c'],
  ['alanine_aminotransferase', 'alt'],
  ['aspartate_aminotransferase', 'ast'],
  ['c_reactive_protein', 'crp'],
  ['c_reactive_protein_hs', 'crp'],
  ['white_blood_cell_count', 'white_blood_cell'],
  ['red_blood_cell_count', 'red_blood_cell'],
  ['platelet_count', 'platelet'],
  ['mean_corpuscular_volume', 'mcv'],
  ['testosterone_total', 'total_testosterone'],
  ['thyroid_stimulating_hormone', 'tsh'],
  ['hemoglobin_blood', 'hemoglobin'],
]);

const ALIAS_RANK: ReadonlyMap<string, number> = new Map(
  [...BIOMARKER_ALIASES.keys()].map((key, i) => [key, i]),
);

/** Keeps `unmatched:` plus the slug and a `#12` well inside a stored text. */
const SLUG_MAX_CHARS = 200;

/** Blood and what is made of it: the usual specimen, of which a code says nothing. */
const BLOOD = /(?:^|_)(?:blood|serum|plasma|bld|ser|plas|serplas|serpl)(?:_|$)/;
/** A key that names its specimen itself. */
const SPECIMEN_BEHIND = /_(?:urine|saliva|stool|csf|sweat)$/;
const UNKNOWN_SPECIMENS: ReadonlySet<string> = new Set([
  'unknown',
  'unspecified',
  'other',
  'not_specified',
  'n_a',
]);
const URINE: ReadonlySet<string> = new Set([
  'spot_urine',
  'random_urine',
  'urine_spot',
  'urine_random',
  'midstream_urine',
]);

/** What a result is called, before the others of its report are known. */
export type ResultName = {
  /** Terra's slug of the biomarker, null where it matched none. */
  readonly key: string | null;
  /** What the lab printed. */
  readonly name: string | null;
  readonly specimen: string | null;
};

export type OwnCode = {
  /** By which units and conversions go. */
  readonly base: string;
  /** The code it is to have, that of its specimen. */
  readonly code: string;
  /** Its own key, without alias. */
  readonly own: string;
  /** Place of its alias, the one to prefer first; a code's own name comes after all of them. */
  readonly rank: number;
};

/**
 * The code by a result's key, through the aliases, read in any case, spaces and hyphens as underscores; by the printed
 * name only where the key is null. A specimen that is not blood makes a code of its own (`creatinine_urine`).
 */
export function ownCode({ key, name, specimen }: ResultName): OwnCode {
  const own = key === null ? `unmatched:${slug(name)}` : key.toLowerCase().replace(/[\s-]+/g, '_');
  const behind = specimenWord(specimen);
  const ofSpecimen = (code: string) =>
    behind === null || code.endsWith(`_${behind}`) ? code : `${code}_${behind}`;
  const code = BIOMARKER_ALIASES.get(own) ?? own;
  const stem = own.replace(SPECIMEN_BEHIND, '');
  return {
    base: BIOMARKER_ALIASES.get(stem) ?? stem,
    code: ofSpecimen(code),
    own: ofSpecimen(own),
    rank: ALIAS_RANK.get(own) ?? ALIAS_RANK.size,
  };
}

/** What decides which of several results on one code and date takes it. */
export type Claim = OwnCode & {
  readonly drawDate: string;
  /** Of a number, of a text, of nothing. */
  readonly knowledge: 2 | 1 | 0;
  readonly isCanonicalUnit: boolean;
};

/**
 * The code of each result of one report, in the order given. Of several on one date and code the first takes it: a
 * known value before an unknown, the canonical unit before others, an earlier alias (fasting glucose) before later
 * ones, then position. The others keep their own unaliased key, and failing that get `#2`, `#3`: the order in which a
 * report lists its results does not matter.
 */
export function assignCodes(claims: readonly Claim[]): readonly string[] {
  const taken = new Set<string>();
  const repeats = new Map<string, number>();
  const take = (drawDate: string, code: string): boolean => {
    const place = `${drawDate} ${code}`;
    if (taken.has(place)) return false;
    taken.add(place);
    return true;
  };
  // Counting on from the last repeat keeps a report of a million equal names linear.
  const takeNext = (drawDate: string, code: string): string => {
    const place = `${drawDate} ${code}`;
    let nth = repeats.get(place) ?? 2;
    while (!take(drawDate, `${code}#${nth}`)) nth += 1;
    repeats.set(place, nth + 1);
    return `${code}#${nth}`;
  };
  const codes = new Map<number, string>();
  const ranked = claims.map((claim, position) => ({ claim, position })).toSorted(compareClaims);
  for (const { claim, position } of ranked) {
    if (take(claim.drawDate, claim.code)) codes.set(position, claim.code);
  }
  for (const { claim, position } of ranked) {
    if (codes.has(position)) continue;
    codes.set(position, take(claim.drawDate, claim.own) ? claim.own : takeNext(claim.drawDate, claim.code));
  }
  return claims.map((claim, position) => codes.get(position) ?? claim.code);
}

type Placed = { readonly claim: Claim; readonly position: number };

function compareClaims(a: Placed, b: Placed): number {
  return (
    b.claim.knowledge - a.claim.knowledge ||
    Number(b.claim.isCanonicalUnit) - Number(a.claim.isCanonicalUnit) ||
    a.claim.rank - b.claim.rank ||
    a.position - b.position
  );
}

/** The word behind the code of a specimen that is known and is not blood, null of any other. */
function specimenWord(specimen: string | null): string | null {
  if (specimen === null) return null;
  const word = slug(specimen);
  if (word === 'unnamed' || UNKNOWN_SPECIMENS.has(word) || BLOOD.test(word)) return null;
  return URINE.has(word) ? 'urine' : word;
}

/** Letters and digits of any script, lower case, joined by `_`; `unnamed` where there are none. */
function slug(name: string | null): string {
  const words =
    (name ?? '')
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return storableText(words.join('_'), SLUG_MAX_CHARS) ?? 'unnamed';
}
