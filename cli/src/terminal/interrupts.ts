import { rmSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { AmyError, type EndingSignal, EXIT_BY_SIGNAL } from '../errors.ts';
import { noticeScreen, showError } from './output.ts';

/** What a command says that is ended while it is under way: `interrupted; nothing has changed`. */
type Ending = () => string;

/** What is to be said and done where the process is ended now. */
export type Left = {
  readonly message: string;
  /** Files and folders under temporary names. */
  readonly rooms: readonly string[];
};

type UnderWay = { readonly ending?: Ending; readonly rooms?: readonly string[] };

const underWay: UnderWay[] = [];
/** Told of each change, for whoever would have to tidy up after a process that can no longer do it. */
let tell: ((left: Left) => void) | null = null;

function whatIsLeft(): Left {
  const said = underWay.flatMap(({ ending }) => ending ?? []).at(-1);
  return { message: said?.() ?? 'interrupted', rooms: underWay.flatMap(({ rooms }) => rooms ?? []) };
}

/**
 * Ctrl-C ends every command with 130 and a sentence, SIGTERM with 143, and nothing half made stays.
 * Gives what undoes it.
 */
export function watchInterrupts(json: boolean): () => void {
  return onEndingSignals((signal) => {
    const now = whatIsLeft();
    clear(now);
    sayEnded(json, signal, now);
    process.exit(EXIT_BY_SIGNAL[signal]);
  });
}

/** The same where another process speaks, and hears at any moment what this one would leave. Gives what ends this one. */
export function watchInterruptsFor(hear: (left: Left) => void): (exitCode: number) => void {
  tell = hear;
  const end = (exitCode: number) => {
    clear(whatIsLeft());
    process.exit(exitCode);
  };
  onEndingSignals((signal) => end(EXIT_BY_SIGNAL[signal]));
  return end;
}

/** Gives what undoes it. */
export function onEndingSignals(end: (signal: EndingSignal) => void): () => void {
  const watched = (['SIGINT', 'SIGTERM'] as const).map((signal) => [signal, () => end(signal)] as const);
  for (const [signal, listener] of watched) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of watched) process.off(signal, listener);
  };
}

/** Removes what a process would leave that is ended now. */
export function clear({ rooms }: Left): void {
  for (const room of rooms) rmSync(room, { recursive: true, force: true });
}

export function sayEnded(json: boolean, signal: EndingSignal, { message }: Left): void {
  // What a line told of progress would stand before the sentence.
  if (!json) noticeScreen().draw('');
  showError(json, new AmyError('interrupted', message, { exitCode: EXIT_BY_SIGNAL[signal] }));
}

/** Runs `work`; a command that is ended meanwhile says `ending`. */
export function endingWith<Result>(ending: Ending, work: () => Promise<Result>): Promise<Result> {
  return during({ ending }, work);
}

/** Runs `work`; what it makes under temporary names, `rooms`, does not stay where the command is ended meanwhile. */
export function clearing<Result>(rooms: readonly string[], work: () => Promise<Result>): Promise<Result> {
  return during({ rooms }, work);
}

/** The same of work without a pause. */
export function clearingAtOnce<Result>(rooms: readonly string[], work: () => Result): Result {
  const end = begin({ rooms });
  try {
    return work();
  } finally {
    end();
  }
}

async function during<Result>(one: UnderWay, work: () => Promise<Result>): Promise<Result> {
  const end = begin(one);
  try {
    return await work();
  } finally {
    end();
  }
}

function begin(one: UnderWay): () => void {
  underWay.push(one);
  tell?.(whatIsLeft());
  return () => {
    underWay.splice(underWay.lastIndexOf(one), 1);
    tell?.(whatIsLeft());
  };
}

/** A turn for Ctrl-C, which otherwise waits until work without a pause is done. */
export function letInterrupt(): Promise<void> {
  return setImmediate();
}
