import { escapeLine } from './escape.ts';

const CLEAR_LINE = '\r\u001b[2K';

/** Where progress is shown. What a line holds is escaped, and moves nothing but the line itself. */
export type Screen = {
  readonly isTerminal: boolean;
  /** Writes a line that stays. */
  keep(line: string): void;
  /** Draws the line that every next one overwrites, an empty one to be rid of it; on a terminal only. */
  draw(line: string): void;
};

type Stream = {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
};

export function screenOn(stream: Stream): Screen {
  const isTerminal = stream.isTTY === true;
  const before = isTerminal ? CLEAR_LINE : '';
  return {
    isTerminal,
    keep: (line) => void stream.write(`${before}${escapeLine(line)}\n`),
    draw(line) {
      if (isTerminal) stream.write(before + fitting(escapeLine(line), stream.columns));
    },
  };
}

/** A line that wraps could not be cleared: what is beyond the terminal's width is left out. */
function fitting(line: string, columns: number | undefined): string {
  return columns === undefined || columns === 0 ? line : line.slice(0, columns - 1);
}
