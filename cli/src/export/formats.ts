import type { TableFormat } from './export-tables.ts';

export const FORMATS = ['csv', 'ndjson', 'parquet'] as const;
export type Format = (typeof FORMATS)[number];

/** What writes a format: read only where it is asked for. */
export async function readFormat(format: Format): Promise<TableFormat> {
  switch (format) {
    case 'csv':
      return { ending: 'csv', open: (await import('./csv.ts')).openCsv };
    case 'ndjson':
      return { ending: 'ndjson', open: (await import('./ndjson.ts')).openNdjson };
    case 'parquet':
      return { ending: 'parquet', open: (await import('./parquet.ts')).openParquet };
  }
}
