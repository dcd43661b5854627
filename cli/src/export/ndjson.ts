import { openLineFile } from './line-file.ts';
import type { OpenTableFile } from './table-file.ts';

/** One JSON object a line, with every column; what is unknown is null. */
export const openNdjson: OpenTableFile = (path, { columns }) => {
  const file = openLineFile(path);
  const names = Object.keys(columns);
  return {
    row: (cells) =>
      file.line(JSON.stringify(Object.fromEntries(names.map((name, index) => [name, cells[index]])))),
    close: () => file.close(),
  };
};
