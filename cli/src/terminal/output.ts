/** The only writer to stdout: what a command answers, and nothing else. */
export function writeAnswer(answer: string | Uint8Array): void {
  process.stdout.write(answer);
}

/** Progress, questions and errors go to stderr, so that stdout can be piped. */
export function writeNotice(text: string): void {
  process.stderr.write(text);
}

/** Prints an answer: `document` as one JSON document with `--json`, `rendered` for people. */
export function showAnswer(json: boolean, document: unknown, rendered: string): void {
  writeAnswer(json ? `${JSON.stringify(document, null, 2)}\n` : `${rendered}\n`);
}

/** 12345 -> `12,345`, on every machine alike. */
export function renderCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 row`, `2 rows`. */
export function renderCounted(count: number, noun: string): string {
  return `${renderCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
