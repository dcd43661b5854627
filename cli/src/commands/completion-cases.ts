import type { Candidate, Completed, CompletedOption, Offer } from './completion-places.ts';

/** Texts to compare with, of which any may fit, and what to do then. */
export type Case<Chosen> = { readonly texts: readonly string[]; readonly chosen: Chosen };

/**
 * What a shell has to know, as tables that it looks texts up in. A place is written as its words, `labs show`; an
 * option of it behind a space, `labs file --output`; the number of words that stand there already behind a stroke,
 * `explain/1`. A star stands for anything.
 */
export type Cases = {
  /** Every place but the first. */
  readonly places: readonly string[];
  /** Options that take one value, and several. */
  readonly taking: readonly Case<'one' | 'many'>[];
  readonly values: readonly Case<Offer>[];
  readonly words: readonly Case<Offer>[];
  readonly options: readonly Case<readonly Candidate[]>[];
  /** Options of every place. */
  readonly common: readonly Candidate[];
};

export function completionCases({ common, places }: Completed): Cases {
  const everywhere = common.map((option) => ({ text: `* ${option.word}`, option }));
  const single = places.flatMap(({ path, options }) =>
    options.map((option) => ({ text: `${path} ${option.word}`, option })),
  );
  const valued = [...single, ...everywhere].filter(({ option }) => option.value !== null);
  const takingTexts = (isMany: boolean) =>
    valued.filter(({ option }) => option.isMany === isMany).map(({ text }) => text);
  return {
    places: places.flatMap(({ path }) => (path === '' ? [] : [path])),
    taking: [
      { texts: takingTexts(false), chosen: 'one' },
      { texts: takingTexts(true), chosen: 'many' },
    ],
    values: together(
      valued.flatMap(({ text, option: { value } }) => (value === null ? [] : [{ text, chosen: value }])),
    ),
    words: together(
      places.flatMap(({ path, offers, isMany }) =>
        offers.map((chosen, at) => ({
          text: isMany && offers.length === 1 ? `${path}/*` : `${path}/${at}`,
          chosen,
        })),
      ),
    ),
    options: places
      .filter(({ options }) => options.length > 0)
      .map(({ path, options }) => ({ texts: [path], chosen: options.map(withoutValue) })),
    common: common.map(withoutValue),
  };
}

function withoutValue({ word, meaning }: CompletedOption): Candidate {
  return { word, meaning };
}

/** Those with the same to offer as one case; what offers nothing is left out. */
function together(
  offers: readonly { readonly text: string; readonly chosen: Offer }[],
): readonly Case<Offer>[] {
  const some = offers.filter(({ chosen }) => chosen.isFile || chosen.words.length > 0);
  const groups = Map.groupBy(some, ({ chosen }) => JSON.stringify(chosen));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ texts: group.map(({ text }) => text), chosen: first.chosen }];
  });
}
