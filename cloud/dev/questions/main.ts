import { fileURLToPath } from 'node:url';
import { askAll, type Judged } from './ask.ts';
import { QUESTIONS } from './questions.ts';

const ENTRY = fileURLToPath(new URL('../../../cli/bin/amy.js', import.meta.url));

/** What was read, or that it is not known and why. */
function readOf({ read }: Judged): string {
  if (typeof read.insufficient === 'string') return `not known: ${read.insufficient}`;
  return Object.entries(read)
    .map(([name, value]) => `${name} ${value === undefined ? 'not told' : JSON.stringify(value)}`)
    .join(', ');
}

const judged = await askAll(ENTRY, QUESTIONS);
for (const [at, one] of judged.entries()) {
  const { words, trap, calls } = one.question;
  const number = String(at + 1).padStart(2);
  console.log(`${number}  ${one.isRight ? 'right' : 'WRONG'}  ${words}  [${trap}]`);
  console.log(`           ${calls.map(({ tool }) => tool).join(', ')} -> ${readOf(one).slice(0, 160)}`);
  for (const fault of one.faults) console.log(`           ${fault}`);
}
const right = judged.filter(({ isRight }) => isRight).length;
const unknown = judged.filter(({ question }) => 'insufficient' in question.expected);
const honest = unknown.filter(({ isRight }) => isRight).length;
console.log(
  `\n${right} of ${judged.length} questions answered right; of ${unknown.length} whose answer is not known, ${honest} say so and give no figure.`,
);
if (right < judged.length) process.exitCode = 1;
