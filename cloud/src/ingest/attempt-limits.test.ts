import { expect, it } from 'vitest';
import { ATTEMPT_STATEMENTS_MAX, COMMIT_BYTES_MAX } from '../limits.ts';
import { AttemptTooLarge, checkAttempt } from './attempt-limits.ts';

const statements = (count: number, bytes = 1) => Array.from({ length: count }, () => ({ bytes }));

it('an attempt has so many statements at most, those before its commit counted', () => {
  checkAttempt(statements(ATTEMPT_STATEMENTS_MAX), 0);
  checkAttempt(statements(ATTEMPT_STATEMENTS_MAX - 9), 9);
  expect(() => checkAttempt(statements(ATTEMPT_STATEMENTS_MAX), 1)).toThrow(AttemptTooLarge);
  expect(() => checkAttempt(statements(ATTEMPT_STATEMENTS_MAX + 1), 0)).toThrow(
    `an attempt of ${ATTEMPT_STATEMENTS_MAX + 1} statements and ${ATTEMPT_STATEMENTS_MAX + 1} bytes does not fit`,
  );
});

it('and a commit so many bytes, however few its statements', () => {
  checkAttempt(statements(2, COMMIT_BYTES_MAX / 2), 0);
  expect(() => checkAttempt([...statements(1, COMMIT_BYTES_MAX), ...statements(1)], 0)).toThrow(
    AttemptTooLarge,
  );
});
