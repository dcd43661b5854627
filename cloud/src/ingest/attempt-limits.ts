import { ATTEMPT_STATEMENTS_MAX, COMMIT_BYTES_MAX } from '../limits.ts';
import type { Statement } from '../store/statements.ts';

/** Everything of one attempt together passes a limit of I7; halving it is the remedy. */
export class AttemptTooLarge extends Error {
  constructor(statements: number, bytes: number) {
    super(`an attempt of ${statements} statements and ${bytes} bytes does not fit one transaction`);
    this.name = 'AttemptTooLarge';
  }
}

/** Throws `AttemptTooLarge` where a commit, and the statements its attempt ran before it, are too much for one attempt. */
export function checkAttempt(commit: readonly Pick<Statement, 'bytes'>[], statementsBefore: number): void {
  const statements = statementsBefore + commit.length;
  const bytes = commit.reduce((total, one) => total + one.bytes, 0);
  if (statements > ATTEMPT_STATEMENTS_MAX) throw new AttemptTooLarge(statements, bytes);
  if (bytes > COMMIT_BYTES_MAX) throw new AttemptTooLarge(statements, bytes);
}
