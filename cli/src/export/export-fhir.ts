import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { EXPORT_ROWS_AT_ONCE } from '../limits.ts';
import { letInterrupt } from '../under-way.ts';
import type { WrittenFile } from './export-tables.ts';
import { type BundleFacts, bundleResources } from './fhir/bundle.ts';
import { openLineFile } from './line-file.ts';
import { writeNewFile } from './new-folder.ts';

/** One FHIR R4 Bundle of type collection, an entry a line; `rows` are its entries. Throws as `writeNewFile` does. */
export async function exportFhir(
  database: DatabaseSync,
  path: string,
  facts: BundleFacts,
): Promise<WrittenFile> {
  const rows = await writeNewFile(path, (temporary) => writeBundle(database, temporary, facts));
  return { path, rows, bytes: statSync(path).size };
}

/** Answers how many entries it has. */
export async function writeBundle(database: DatabaseSync, path: string, facts: BundleFacts): Promise<number> {
  const file = openLineFile(path);
  let rows = 0;
  try {
    const head = { resourceType: 'Bundle', type: 'collection', timestamp: facts.now.toISOString() };
    file.line(`${JSON.stringify(head).slice(0, -1)},"entry":[`);
    for (const resource of bundleResources(database, facts)) {
      const entry = JSON.stringify({ fullUrl: `urn:uuid:${resource.id}`, resource });
      file.line(rows === 0 ? entry : `,${entry}`);
      rows += 1;
      if (rows % EXPORT_ROWS_AT_ONCE === 0) await letInterrupt();
    }
    file.line(']}');
  } finally {
    file.close();
  }
  return rows;
}
