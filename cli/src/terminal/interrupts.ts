import { AmyError, type EndingSignal, EXIT_BY_SIGNAL } from '../errors.ts';
import { clear, type Left, tellWhatIsLeft, whatIsLeft } from '../under-way.ts';
import { noticeScreen, showError } from './output.ts';

/**
 * Ctrl-C ends every command with 130 and a sentence, SIGTERM with 143, a terminal that is closed with 129, and nothing half
 * made stays. (Node gives all of them their default at its start: `nohup` keeps none of them from it.)
 * Gives what undoes it.
 */
export function watchInterrupts(json: boolean): () => void {
  return onEndingSignals((signal) => {
    const left = whatIsLeft();
    clear(left);
    sayEnded(json, signal, left);
    process.exit(EXIT_BY_SIGNAL[signal]);
  });
}

/** The same where another process speaks, and hears at any moment what this one would leave. Gives what ends this one. */
export function watchInterruptsFor(hear: (left: Left) => void): (exitCode: number) => void {
  tellWhatIsLeft(hear);
  const end = (exitCode: number) => {
    clear(whatIsLeft());
    process.exit(exitCode);
  };
  onEndingSignals((signal) => end(EXIT_BY_SIGNAL[signal]));
  return end;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const satisfies readonly EndingSignal[];

/** Gives what undoes it. */
export function onEndingSignals(end: (signal: EndingSignal) => void): () => void {
  const watched = SIGNALS.map((signal) => [signal, () => end(signal)] as const);
  for (const [signal, listener] of watched) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of watched) process.off(signal, listener);
  };
}

export function sayEnded(json: boolean, signal: EndingSignal, { message }: Left): void {
  // What a line told of progress would stand before the sentence.
  if (!json) noticeScreen().draw('');
  showError(json, new AmyError('interrupted', message, { exitCode: EXIT_BY_SIGNAL[signal] }));
}
