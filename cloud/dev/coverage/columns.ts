import { DICTIONARY } from '../../../cli/src/mirror/dictionary/dictionary.ts';
import type { TableEntry } from '../../../cli/src/mirror/dictionary/entry.ts';
import { code, table } from './table.ts';

export const COLUMNS_FILE = new URL('../../../docs/columns.md', import.meta.url);

const INTRO = `# What the columns mean

Made by \`npm run columns\` from the list that the file's own table \`data_dictionary\` is filled from; a test fails where
the two differ. \`amy help columns\` tells the same. Tables and views that a person should start with stand first. Units
are UCUM: \`/min\` is a minute, \`Cel\` degrees Celsius, \`a\` years. Null always means that nothing is known.
From which field of Terra's a value is read says [mapping.md](mapping.md).
`;

/** docs/columns.md. */
export function columnsText(): string {
  const tables = Object.entries<TableEntry<string>>(DICTIONARY);
  const list = tables.map(([name, { about }]) => `- [\`${name}\`](#${name}): ${about}`).join('\n');
  const sections = tables.map(([name, entry]) => `## ${name}\n\n${entry.about}\n\n${columnTable(entry)}\n`);
  return [INTRO, `${list}\n`, ...sections].join('\n');
}

function columnTable({ columns }: TableEntry<string>): string {
  const rows = Object.entries(columns).map(([column, { meaning, unit, source, since }]) => [
    code(column),
    meaning,
    unit ?? '',
    source,
    since,
  ]);
  return table(['column', 'meaning', 'unit', 'from', 'since'], rows);
}
