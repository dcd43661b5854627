import { REQUEST_TIMEOUT_MS } from '../limits.ts';

/** What is waited for, and how long at most. Longer than usual is what the server asks Terra for before it answers. */
export function renderSilence(address: string, seconds: number): string {
  const why = seconds * 1_000 > REQUEST_TIMEOUT_MS ? ', which asks Terra first' : '';
  return `waiting for ${address}${why}, ${seconds} s at most`;
}
