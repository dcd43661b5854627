import { createInterface } from 'node:readline/promises';
import { AmyError, EXIT_USAGE } from '../errors.ts';

/** Asks on stderr and gives what was typed. Throws `usage` where nobody can be asked, saying `instead`. */
export async function askPerson(question: string, instead: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new AmyError('usage', `nobody to ask here: ${instead}`, { exitCode: EXIT_USAGE });
  }
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await asking.question(question)).trim();
  } finally {
    asking.close();
  }
}
