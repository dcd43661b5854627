const METHODS = ['debug', 'log', 'info', 'warn', 'error'] as const;

type Log = Pick<Console, (typeof METHODS)[number]>;

/**
 * Keeps back what is written to a log until it is asked for: answers what writes it then, in its order.
 *
 * A message of a queue that an earlier test left is delivered when it likes, in a request of its own. The plugin that
 * runs tests in workerd cannot send Vitest a line from another request than the test's: it puts it by until the test's
 * own request sends something, and Vitest waits for each line before it calls a file done. Where such a line was the
 * last thing of a file, both waited for ever. So nothing is written but by a test that has just ended.
 */
export function holdLines(log: Log): () => void {
  let held: (() => void)[] = [];
  for (const method of METHODS) {
    const write = log[method].bind(log);
    log[method] = (...given: unknown[]) => void held.push(() => write(...given));
  }
  return () => {
    const lines = held;
    held = [];
    for (const write of lines) write();
  };
}
