import { createInterface } from 'node:readline/promises';
import { AmyError, EXIT_USAGE } from '../errors.ts';
import { escapeLine } from './escape.ts';

/** Asks on stderr and gives what was typed. Throws `usage` where nobody can be asked, saying `instead`. */
export async function askPerson(question: string, instead: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new AmyError('usage', `nobody to ask here: ${instead}`, { exitCode: EXIT_USAGE });
  }
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await asking.question(escapeLine(question))).trim();
  } finally {
    asking.close();
  }
}

/** Whether the person says yes to `question`; anything else is a no. Throws as `askPerson` does. */
export async function isAgreed(question: string, instead: string): Promise<boolean> {
  return /^y(es)?$/i.test(await askPerson(`${question} [y/N] `, instead));
}
