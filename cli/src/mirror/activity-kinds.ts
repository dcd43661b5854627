/**
 * Kinds that devices call by several names, and how their words begin. The first kind counts of which a word is in the
 * name: "Treadmill walking" is a walk. The names are Terra's titles and what providers and people make of them.
 */
const KINDS: readonly (readonly [kind: string, ...words: readonly string[]])[] = [
  ['multisport', 'multisport', 'triathlon', 'duathlon'],
  ['horse riding', 'horse'],
  ['motor sport', 'motor', 'in vehicle', 'off road driving', 'driving'],
  ['walk', 'walk'],
  ['hike', 'hik'],
  ['run', 'run', 'jog', 'treadmill'],
  ['ride', 'bik', 'cycl', 'ride', 'riding', 'spinning'],
  ['swim', 'swim'],
  ['row', 'rowing', 'rower'],
  ['strength', 'strength', 'weight', 'resistance'],
  ['interval training', 'hiit', 'high intensity', 'interval'],
  ['cross country skiing', 'cross country ski', 'nordic ski'],
  ['downhill skiing', 'downhill ski', 'alpine ski'],
  ['dance', 'danc'],
  ['soccer', 'soccer', 'english football'],
];

/** Names that tell no kind: what has one of them is the same as nothing else. */
const NO_KIND: readonly string[] = ['', 'activity', 'other', 'unknown', 'workout'];

/**
 * The kind of an activity by its name; of a name without one of the words above the name itself, so that only equal
 * names are of one kind. Null where the name tells nothing.
 */
export function kindOf(name: string): string {
  const plain = `trim(lower(replace(replace(${name}, '-', ' '), '_', ' ')))`;
  const matches = (word: string) => `' ' || ${plain} like '% ${word}%'`;
  const cases = KINDS.map(([kind, ...words]) => `when ${words.map(matches).join(' or ')} then '${kind}'`);
  return `case
      when ${name} is null or ${plain} in (${NO_KIND.map((one) => `'${one}'`).join(', ')}) then null
      ${cases.join('\n      ')}
      else ${plain}
    end`;
}
