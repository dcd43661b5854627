import { writeFileSync } from 'node:fs';
import { FORMS_FILE, readForms, textOfForms } from './layout-forms.ts';

/** `npm run layouts`: keeps the form that a file of amy's has today, for the tests of every later one. */
writeFileSync(FORMS_FILE, textOfForms(readForms()));
