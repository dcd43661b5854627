/** Names of the files in the zip; the tables lie in a folder. */
export const READ_ME = 'README.html';
export const REPORT = 'report.html';
export const BUNDLE = 'fhir-bundle.json';
export const TABLES = 'csv';

/** One file of the zip; `rows` where it has any: those of a table, the entries of the Bundle. */
export type ZipPart = { readonly name: string; readonly rows: number | null; readonly bytes: number };
