import { writeFile } from 'node:fs/promises';
import { COLUMNS_FILE, columnsText } from './columns.ts';

await writeFile(COLUMNS_FILE, columnsText());
