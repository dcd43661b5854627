import { setImmediate } from 'node:timers/promises';
import { type AmyError, interrupted } from '../errors.ts';
import { noticeScreen, showError } from './output.ts';

/** What a command under way does about Ctrl-C, and the error it ends with. */
type Ending = () => AmyError;

const endings: Ending[] = [];

/** Ctrl-C ends every command with 130 and a sentence. */
export function watchInterrupts(json: boolean): void {
  process.on('SIGINT', () => {
    const error = endings.at(-1)?.() ?? interrupted('interrupted');
    // What a line told of progress would stand before the sentence.
    if (!json) noticeScreen().draw('');
    showError(json, error);
    process.exit(error.exitCode);
  });
}

/** Runs `work`; Ctrl-C meanwhile ends the command with what `ending` says. */
export async function endingWith<Result>(ending: Ending, work: () => Promise<Result>): Promise<Result> {
  endings.push(ending);
  try {
    return await work();
  } finally {
    endings.pop();
  }
}

/** A turn for Ctrl-C, which otherwise waits until work without a pause is done. */
export function letInterrupt(): Promise<void> {
  return setImmediate();
}
