import type { DatabaseSync } from 'node:sqlite';
import { exportTables, type TableFormat, type WrittenFile } from './export-tables.ts';
import type { BundleFacts } from './fhir/bundle.ts';

export const FORMATS = ['csv', 'ndjson', 'parquet', 'fhir'] as const;
export type Format = (typeof FORMATS)[number];

export type Export = {
  /** Of the name that it has where nobody names another. */
  readonly ending: string;
  write(database: DatabaseSync, path: string, facts: BundleFacts): Promise<readonly WrittenFile[]>;
};

/** What writes a format: read only where it is asked for. */
export async function readFormat(format: Format): Promise<Export> {
  switch (format) {
    case 'csv':
      return folderOf({ ending: 'csv', open: (await import('./csv.ts')).openCsv });
    case 'ndjson':
      return folderOf({ ending: 'ndjson', open: (await import('./ndjson.ts')).openNdjson });
    case 'parquet':
      return folderOf({ ending: 'parquet', open: (await import('./parquet.ts')).openParquet });
    case 'fhir': {
      const { exportFhir } = await import('./export-fhir.ts');
      return {
        ending: '.fhir.json',
        write: async (database, path, facts) => [await exportFhir(database, path, facts)],
      };
    }
  }
}

function folderOf(format: TableFormat): Export {
  return {
    ending: '',
    write: (database, path, { from }) => exportTables(database, format, path, from),
  };
}
