import { createInterface } from 'node:readline/promises';
import { AmyError, EXIT_USAGE, interrupted } from '../errors.ts';
import { escapeLine } from './escape.ts';

/**
 * Asks on stderr and gives what was typed, nothing where Ctrl-D was. Throws `usage` where nobody can be asked, saying
 * `instead`, and `interrupted` on Ctrl-C.
 */
export async function askPerson(question: string, instead: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new AmyError('usage', `nobody can be asked here, since this is no terminal: ${instead}`, {
      exitCode: EXIT_USAGE,
    });
  }
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await new Promise((resolve, reject) => {
      asking.once('SIGINT', () => {
        reject(interrupted('interrupted; nothing has changed'));
      });
      const leave = () => {
        process.stderr.write('\n');
        resolve('');
      };
      asking.once('close', leave);
      asking.question(escapeLine(question)).then((typed) => {
        asking.off('close', leave);
        resolve(typed.trim());
      }, reject);
    });
  } finally {
    asking.close();
  }
}

/** Whether the person says yes to `question`; anything else is a no. Throws as `askPerson` does. */
export async function isAgreed(question: string, instead: string): Promise<boolean> {
  return /^y(es)?$/i.test(await askPerson(`${question} [y/N] `, instead));
}
