import { html, type Markup } from '../report/html.ts';
import { listTable } from '../report/list-table.ts';
import { renderCount, renderSize } from '../terminal/counts.ts';
import { BUNDLE, REPORT, TABLES, type ZipPart } from './part-names.ts';

/** What the tables hold, for who has never seen them. */
export const TABLES_IN_WORDS: Readonly<Record<string, string>> = {
  summary: 'Start here: one row a date, over all devices.',
  daily_summary: 'One row a date and device: what each of them says.',
  activities_merged: 'Workouts, one that several devices recorded only once.',
  activities: 'Workouts, as each device recorded them.',
  sleep_sessions: 'Each sleep of each device, naps included, with its beginning and end.',
  biomarkers_raw: 'Laboratory results, and what scales and cuffs measured.',
  lab_uploads:
    'Laboratory reports that the person sent in: times and names of files, which may hold a person’s name.',
  profiles: 'What the person said about themselves: age, sex, conditions, medication, where given.',
  source_changes: 'Dates on which another device began to tell a number of the summary.',
  data_dictionary: 'What each column means, and its unit.',
};

export function contentsPart(parts: readonly ZipPart[]): Markup {
  const rows = parts.map((part) => [
    html`<a href="${part.name}">${part.name}</a>`,
    meaningOf(part),
    part.rows === null ? '' : renderCount(part.rows),
    renderSize(part.bytes),
  ]);
  return html`<p>Unpack the zip first; the links below then open its files. Nothing in it needs the internet.</p>
<p>To read: <a href="${REPORT}">${REPORT}</a>. Any browser opens it, and prints it or saves it as a PDF. The report is worded for the person themselves.</p>
${listTable(['file', 'what it is', 'rows', 'size'], rows)}`;
}

function meaningOf({ name }: ZipPart): string {
  if (name === REPORT)
    return 'The report: figures, charts, and every laboratory result that the person has, older ones too.';
  if (name === BUNDLE)
    return 'For medical software: one FHIR R4 Bundle of type collection, with codes of LOINC and units of UCUM where they are known. Its rows are entries.';
  const table = name.slice(TABLES.length + 1).replace(/\.csv$/, '');
  return TABLES_IN_WORDS[table] ?? '';
}
