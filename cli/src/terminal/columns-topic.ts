import { DICTIONARY, type DictionaryRow, dictionaryRows } from '../mirror/dictionary/dictionary.ts';
import type { TableEntry } from '../mirror/dictionary/entry.ts';

const WIDTH = 80;

/** `amy help columns`: the file's dictionary. What a table above has told in the same words is only named. */
export function columnsTopic(): readonly string[] {
  const rows = dictionaryRows();
  const told = new Map<string, string>();
  const lines = Object.entries<TableEntry<string>>(DICTIONARY).flatMap(([table, { about }]) => [
    '',
    table,
    ...wrapped(about, 2),
    ...columnsOf(
      rows.filter((row) => row.table === table),
      told,
    ),
  ]);
  return [
    ...wrapped(
      'What stands in the local file, first what to start with. `select * from data_dictionary` in the file tells the same, and also where each column comes from. A unit stands in brackets, as UCUM: /min is a minute, Cel degrees Celsius. Null always means that nothing is known.',
      0,
    ),
    ...lines,
  ];
}

/** Notes what it tells, so that the tables below need not. */
function columnsOf(rows: readonly DictionaryRow[], told: Map<string, string>): readonly string[] {
  const before = new Map<string, string[]>();
  const lines: string[] = [];
  for (const { table, column, meaning, unit } of rows) {
    const words = JSON.stringify([column, meaning, unit]);
    const where = told.get(words);
    if (where !== undefined) {
      before.set(where, [...(before.get(where) ?? []), column]);
      continue;
    }
    told.set(words, table);
    lines.push(`  ${column}${unit === null ? '' : ` [${unit}]`}`, ...wrapped(meaning, 6));
  }
  const named = [...before].flatMap(([where, columns]) =>
    wrapped(`As in ${where}: ${columns.join(', ')}.`, 2),
  );
  return [...lines, ...named];
}

function wrapped(text: string, indent: number): readonly string[] {
  const margin = ' '.repeat(indent);
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WIDTH)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(margin + word);
  }
  return lines;
}
