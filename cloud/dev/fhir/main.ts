import { readFileSync } from 'node:fs';
import { validateBundle } from './validate.ts';

/** `npm run fhir -- FILE`: what a validator says of a Bundle, such as one of `amy export fhir`. */

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('which file? npm run fhir -- FILE');
const { counts, profiles, issues } = validateBundle(readFileSync(path, 'utf8'));
const list = (counted: ReadonlyMap<string, number>) =>
  [...counted].map(([name, count]) => `${count.toLocaleString('en')} ${name}`).join(', ');
console.log(`resources: ${list(counts)}`);
console.log(`profiles of vital signs: ${list(profiles)}`);
for (const issue of issues.slice(0, 20)) console.log(issue);
console.log(`${issues.length} issues by the structure definitions of FHIR R4`);
if (issues.length > 0) process.exitCode = 1;
