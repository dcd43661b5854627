import type { Convert } from '../../src/normalize/convert.ts';
import { BIOMARKER_ALIASES } from '../../src/normalize/lab-codes.ts';
import { CANONICAL_UNITS, UNITS_BY_CODE } from '../../src/normalize/units.ts';
import { LAB_COLUMNS } from './lab-columns.ts';
import type { OtherColumn } from './other-columns.ts';
import { code, table } from './table.ts';

/** How lab reports are read: columns, aliases, units. */
export function labSections(columnTable: (columns: readonly OtherColumn[]) => string): readonly string[] {
  return [
    `## lab reports: rows of biomarkers_raw, source \`terra_lab\`

Each result is a row, \`raw\` the result as delivered. A result is taken whole. Reports in earlier layouts (\`results\` at the
top, or several reports in \`data[]\`) are read by the same paths. A path of a result stands inside
\`data.results[]\`; one of the event is marked so. Any number is believed. \`canonical\` is 1 where the
unit is that of the code.

${columnTable(LAB_COLUMNS)}
`,
    `### Aliases of lab codes

Of several results on one code the first alias takes it.

${table(
  ['code', 'from'],
  [...Map.groupBy(BIOMARKER_ALIASES, ([, to]) => to)].map(([to, from]) => [
    code(to),
    from.map(([alias]) => code(alias)).join(', '),
  ]),
)}
`,
    `### Units of lab codes

Reference ranges are converted with the value. A unit that is not named here is stored as printed.

${unitTable((name) => Object.hasOwn(CANONICAL_UNITS, name))}

Codes outside of the wide view:

${unitTable((name) => !Object.hasOwn(CANONICAL_UNITS, name))}
`,
  ];
}

function unitTable(isShown: (name: string) => boolean): string {
  const shown = [...UNITS_BY_CODE].filter(([name]) => isShown(name));
  // Codes that are stored alike are told together.
  const alike = Map.groupBy(shown, ([, { unit, others }]) => `${unit} | ${describeOthers(others)}`);
  const rows = [...alike.values()].map((same) => {
    const [[, units] = ['', { unit: '', others: {} }]] = same;
    return [same.map(([name]) => code(name)).join(', '), units.unit, describeOthers(units.others)];
  });
  return table(['code', 'unit', 'known others'], rows);
}

function describeOthers(others: Readonly<Record<string, Convert>>): string {
  return Object.entries(others)
    .map(([unit, convert]) => `${unit} ${describeConversion(convert)}`)
    .join(', ');
}

/** Every conversion is a factor, or a factor and an amount: two points tell it. */
function describeConversion(convert: Convert): string {
  const amount = convert(0);
  const exact = convert(1) - amount;
  const factor = rounded(exact);
  const divisor = rounded(1 / exact);
  const byDivision = String(divisor).length < String(factor).length;
  const scaled = factor === 1 ? 'as it is' : byDivision ? `/ ${divisor}` : `x ${factor}`;
  return amount === 0 ? scaled : `${scaled} + ${amount}`;
}

function rounded(value: number): number {
  return Number(value.toPrecision(8));
}
