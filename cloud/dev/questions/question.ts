/** Which server is asked: half an hour after the last sync, ten days later, or one that may tell no single day. */
export type Asked = 'fresh' | 'stale' | 'summary';

export type Call = { readonly tool: string; readonly args: Readonly<Record<string, unknown>> };

/** One number that SQL on the rows of single sources gives, and no view of the file. */
export type BySql = { readonly sql: string };

/** There is no answer, and the answer must say why and carry no figure. */
export type NotKnown = { readonly notKnown: string };

export type Expected = Readonly<Record<string, unknown>>;

export type Question = {
  /** As a person would ask it. */
  readonly words: string;
  /** What makes a hasty reader answer wrong. */
  readonly trap: string;
  readonly asked: Asked;
  /** What an agent that reads the descriptions would call. */
  readonly calls: readonly Call[];
  /** Where in the answers the words of the right answer stand: `result.mean`, of a later call `1:rows[0].value`. */
  readonly read: Readonly<Record<string, string>>;
  /** What stands there, by hand, by SQL, or by a pattern; `insufficient` is the reason why nothing is known. */
  readonly expected: Expected;
};

export function question(
  words: string,
  trap: string,
  calls: Call | readonly Call[],
  read: Readonly<Record<string, string>>,
  expected: Expected,
  asked: Asked = 'fresh',
): Question {
  return { words, trap, asked, calls: [calls].flat(), read, expected };
}

/** A question whose right answer is that it is not known. */
export function unanswerable(
  words: string,
  trap: string,
  calls: Call | readonly Call[],
  reason: string,
  asked: Asked = 'fresh',
): Question {
  return question(words, trap, calls, {}, { insufficient: reason }, asked);
}

export const call = (tool: string, args: Call['args'] = {}): Call => ({ tool, args });

export const trend = (metric: string, from: string, to: string, more: Call['args'] = {}) =>
  call('trend', { metric, from, to, ...more });

export const compare = (
  metric: string,
  first: readonly [string, string],
  second: readonly [string, string],
) =>
  call('compare', {
    metric,
    first: { from: first[0], to: first[1] },
    second: { from: second[0], to: second[1] },
  });

export const sql = (text: string): BySql => ({ sql: text });
