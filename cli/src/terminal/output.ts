import type { AmyError } from '../errors.ts';
import { escapeLine, renderJson } from './escape.ts';
import { type Screen, screenOn } from './screen.ts';

/**
 * The only writer of the CLI. It takes lines and escapes each of them: whatever the server, a file's name or an
 * argument put into a line can neither steer the terminal nor begin a line of its own. Layout is added here, after
 * that. Answers go to stdout, everything else to stderr, so that stdout can be piped.
 */
export type Lines = readonly string[];

/** Prints an answer: `document` as one JSON document with `--json`, `lines` for people. */
export function showAnswer(json: boolean, document: unknown, lines: string | Lines): void {
  process.stdout.write(json ? `${renderJson(document, 2)}\n` : joined(lines));
}

/** Tells people something on stderr; with `--json` it is a document of one line. */
export function showNotice(json: boolean, document: unknown, lines: string | Lines): void {
  process.stderr.write(json ? `${renderJson(document)}\n` : joined(lines));
}

/** What a failed command leaves on stderr: a line for people, or with `--json` one document. */
export function showError(json: boolean, { code, message, requestId }: AmyError): void {
  const told = requestId === undefined ? { code, message } : { code, message, request_id: requestId };
  const trace = requestId === undefined ? '' : ` (request ${requestId})`;
  showNotice(json, { error: told }, `amy: ${message}${trace}`);
}

export function writeAnswer(lines: string | Lines): void {
  process.stdout.write(joined(lines));
}

export function writeNotice(lines: string | Lines): void {
  process.stderr.write(joined(lines));
}

/** A file as an answer, byte for byte: for a pipe, since nothing in it is escaped. */
export function writeFileBytes(bytes: Uint8Array): void {
  process.stdout.write(bytes);
}

/** Whether a terminal shows what is written to stdout. */
export function isAnswerShown(): boolean {
  return process.stdout.isTTY;
}

/** stderr, for progress. */
export function noticeScreen(): Screen {
  return screenOn(process.stderr);
}

/** `amy status | head` closes the pipe early: that is the reader's choice, not a failure. */
export function letReadersLeave(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

function joined(lines: string | Lines): string {
  return [lines]
    .flat()
    .map((line) => `${escapeLine(line)}\n`)
    .join('');
}
