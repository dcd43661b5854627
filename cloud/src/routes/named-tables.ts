import { ApiError } from '../errors.ts';

/** The tables that a query names, comma separated. Throws a 400 that names the first that is none of `known`. */
export function readTables<Name extends string>(tables: string, known: readonly Name[]): readonly Name[] {
  const names = tables.split(',').map((name) => name.trim());
  return names.map((name) => {
    const table = known.find((one) => one === name);
    if (table === undefined) {
      throw new ApiError('invalid_request', `tables: ${JSON.stringify(name)} is none of ${known.join(', ')}`);
    }
    return table;
  });
}
