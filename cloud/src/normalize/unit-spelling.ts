/** Units as UCUM writes them, each with other ways in which labs print it (folded as `fold` does). */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  '%': ['percent', 'pct', '%oftotalhgb', '%oftotalhb', '%hb', '%ngsp', '%(ngsp)'],
  'mg/dL': ['mg%', 'mg/100ml', 'mgs/dl', 'mgm/dl', 'mgs%'],
  'mg/L': [],
  'g/dL': ['gm/dl', 'gms/dl', 'g%', 'gm%', 'gms%', 'g/100ml'],
  'g/L': ['gm/l'],
  'ng/dL': [],
  'ng/mL': [],
  'ng/L': [],
  'pg/mL': [],
  'pg/dL': [],
  'ug/dL': ['mcg/dl'],
  'ug/L': ['mcg/l'],
  'ug/mL': ['mcg/ml'],
  'nmol/L': [],
  'pmol/L': [],
  'umol/L': ['mcmol/l', 'micromol/l'],
  'mmol/L': [],
  'mmol/mol': ['mmol/molhb', 'mmol/molhba1c'],
  'meq/L': ['mval/l'],
  'u[IU]/mL': ['uiu/ml', 'uu/ml', 'mciu/ml', 'mcu/ml', 'microiu/ml'],
  'm[IU]/L': ['miu/l', 'mu/l'],
  'm[IU]/mL': ['miu/ml', 'mu/ml'],
  '[IU]/L': ['iu/l'],
  'U/L': ['unit/l', 'units/l'],
  'ukat/L': ['mckat/l', 'microkat/l'],
  '10*9/L': ['giga/l', 'gpt/l', 'bil/l', 'billion/l', '/nl'],
  '/uL': ['cells/ul', 'cell/ul'],
  '10*3/uL': ['k/ul', 'th/ul', 'thou/ul', 'thous/ul', 'thousand/ul', 'thousands/ul', 'tsd/ul'],
  '10*5/uL': ['lakh/ul', 'lakhs/ul', 'lac/ul', 'lacs/ul'],
  '10*12/L': ['t/l', 'tera/l', 'tpt/l', 'trillion/l', '/pl'],
  '10*6/uL': ['m/ul', 'mil/ul', 'mill/ul', 'million/ul', 'millions/ul', 'mio/ul'],
  'L/L': [],
  fL: ['um3', 'um^3', 'cuum'],
  'mm[Hg]': ['mmhg'],
};

const UCUM_BY_FOLDED: ReadonlyMap<string, string> = new Map(
  Object.entries(SPELLINGS).flatMap(([ucum, others]) =>
    [fold(ucum), ...others].map((spelling) => [spelling, ucum] as const),
  ),
);

const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  '⁰': '0',
  '¹': '1',
  '²': '2',
  '³': '3',
  '⁶': '6',
  '⁹': '9',
};

/** A printed unit as UCUM writes it, in whatever case and spelling; an unknown one as printed. */
export function ucumSpelling(printed: string): string {
  return UCUM_BY_FOLDED.get(fold(printed)) ?? printed;
}

/** Whether a unit is written as UCUM does, as far as the units of laboratories are known. */
export function isUcum(unit: string): boolean {
  return Object.hasOwn(SPELLINGS, unit);
}

/**
 * Without case, spaces, annotations and typography: `x 10³/µL`, `10^3/mcL`, `10E3/mm3` and
 * `10*3/uL{cells}` all become `10*3/ul` (a cubic millimetre is a microlitre).
 */
function fold(unit: string): string {
  return unit
    .toLowerCase()
    .replace(/\{[^}]*\}/g, '')
    .replace(/\s+/g, '')
    .replace(/[µμ]/g, 'u')
    .replace(/^[x×*]+(?=10)/, '')
    .replace(/[⁰¹²³⁶⁹]+/g, (digits) => `^${[...digits].map((digit) => SUPERSCRIPTS[digit] ?? '').join('')}`)
    .replace(/^10(?:\*\*|[\^ex*])\+?0?(\d+)/, '10*$1')
    .replace(/\/(?:mm\^?3|cu\.?mm\.?|c\.?mm\.?|mcl)$/, '/ul');
}
