import { rmSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

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
let tell: ((left: Left) => void) | null = null;

/** `hear` is told of each change: it may have to tidy up after this process, which could not do it any more. */
export function tellWhatIsLeft(hear: (left: Left) => void): void {
  tell = hear;
}

export function whatIsLeft(): Left {
  const said = underWay.flatMap(({ ending }) => ending ?? []).at(-1);
  return { message: said?.() ?? 'interrupted', rooms: underWay.flatMap(({ rooms }) => rooms ?? []) };
}

/** Removes what a process would leave that is ended now. */
export function clear({ rooms }: Left): void {
  for (const room of rooms) rmSync(room, { recursive: true, force: true });
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
