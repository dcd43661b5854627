import { writeFile } from 'node:fs/promises';
import { MAPPING_FILE, mappingText } from './mapping.ts';

await writeFile(MAPPING_FILE, mappingText());
