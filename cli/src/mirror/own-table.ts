/**
 * `create table` of a table that the file has for itself: its columns with their types and rules, and what is said of
 * several columns. STRICT, as all of them.
 */
export function tableOf(
  name: string,
  columns: Readonly<Record<string, string>>,
  rules: readonly string[] = [],
): string {
  const lines = [...Object.entries(columns).map(([column, type]) => `${column} ${type}`), ...rules];
  return `create table ${name} (\n${lines.map((line) => `  ${line}`).join(',\n')}\n) strict`;
}

/** A name as SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
