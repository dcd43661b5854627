import { storableText } from './text.ts';

/** Terra's names of biomarkers that the wide view knows under another. */
export const BIOMARKER_ALIASES: ReadonlyMap<string, string> = new Map([
  ['cholesterol', 'total_cholesterol'],
  ['cholesterol_total', 'total_cholesterol'],
  ['glucose_fasting', 'glucose'],
  ['hemoglobin_a1c', 'hba1c'],
  ['alanine_aminotransferase', 'alt'],
  ['aspartate_aminotransferase', 'ast'],
  ['c_reactive_protein', 'crp'],
  ['white_blood_cell_count', 'white_blood_cell'],
  ['red_blood_cell_count', 'red_blood_cell'],
  ['platelet_count', 'platelet'],
  ['mean_corpuscular_volume', 'mcv'],
  ['testosterone_total', 'total_testosterone'],
  ['thyroid_stimulating_hormone', 'tsh'],
]);

/** Keeps `unmatched:` plus the slug and a `#12` well inside a stored text. */
const SLUG_MAX_CHARS = 200;

/**
 * Gives the results of one report their codes. A second result on a taken code keeps its own unaliased key,
 * and failing that gets `#2`, `#3`. A code is taken per date of collection, as a row is: a report that
 * prints earlier values beside the new one has the same code on each date.
 */
export class ReportCodes {
  private readonly taken = new Set<string>();
  private readonly repeats = new Map<string, number>();

  /** `key` is Terra's slug of the biomarker, null where it matched none; `name` is what the lab printed. */
  codeFor(drawDate: string, key: string | null, name: string | null): string {
    const own = key ?? `unmatched:${slug(name)}`;
    const code = BIOMARKER_ALIASES.get(own) ?? own;
    if (this.take(drawDate, code)) return code;
    if (this.take(drawDate, own)) return own;
    return this.takeNext(drawDate, code);
  }

  /** Counting on from the last repeat keeps a report of a million equal names linear. */
  private takeNext(drawDate: string, code: string): string {
    const place = `${drawDate} ${code}`;
    let nth = this.repeats.get(place) ?? 2;
    while (!this.take(drawDate, `${code}#${nth}`)) nth += 1;
    this.repeats.set(place, nth + 1);
    return `${code}#${nth}`;
  }

  private take(drawDate: string, code: string): boolean {
    const place = `${drawDate} ${code}`;
    if (this.taken.has(place)) return false;
    this.taken.add(place);
    return true;
  }
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
