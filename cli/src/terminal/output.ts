import { AmyError, EXIT_FAILED } from '../errors.ts';
import { renderJson } from './escape.ts';
import { type Lines, layOut, type Page } from './layout.ts';
import { type Screen, screenOn } from './screen.ts';

/**
 * The only writer of the CLI. It takes lines, escapes each of them and lays them out: whatever the server, a file's
 * name or an argument put into a line can neither steer the terminal nor begin a line of its own. Answers go to
 * stdout, everything else to stderr, so that stdout can be piped.
 */
export type { Lines };

/** Prints an answer: `document` as one JSON document with `--json`, `lines` for people. */
export function showAnswer(json: boolean, document: unknown, lines: string | Lines): void {
  process.stdout.write(json ? `${renderJson(document, 2)}\n` : written(lines, process.stdout));
}

/** Prints one of several answers that come one after another: with `--json` each is a document of one line. */
export function showNews(json: boolean, document: unknown, lines: string | Lines): void {
  process.stdout.write(json ? `${renderJson(document)}\n` : written(lines, process.stdout));
}

/** Tells people something on stderr; with `--json` it is a document of one line. */
export function showNotice(json: boolean, document: unknown, lines: string | Lines): void {
  process.stderr.write(json ? `${renderJson(document)}\n` : written(lines, process.stderr));
}

/** What a failed command leaves on stderr: a line for people, or with `--json` one document. */
export function showError(json: boolean, { code, message, requestId }: AmyError): void {
  const told = requestId === undefined ? { code, message } : { code, message, request_id: requestId };
  const trace = requestId === undefined ? '' : ` (request ${requestId})`;
  showNotice(json, { error: told }, `amy: ${message}${trace}`);
}

export function writeAnswer(lines: string | Lines): void {
  process.stdout.write(written(lines, process.stdout));
}

export function writeNotice(lines: string | Lines): void {
  process.stderr.write(written(lines, process.stderr));
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

const reading = new AbortController();

/** Aborted once the reader of stdout has gone: what goes on for it may end. */
export const readerGone: AbortSignal = reading.signal;

/**
 * `amy status | head` closes the pipe early: that is the reader's choice, not a failure. An answer that cannot be
 * written, such as to a full disk, ends the command with one sentence. Nobody can be told that stderr is full.
 */
export function watchWriting(json: boolean): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return reading.abort();
    showError(json, new AmyError('answer_not_written', `cannot write the answer: ${error.message}`));
    process.exit(EXIT_FAILED);
  });
}

function written(lines: string | Lines, stream: NodeJS.WriteStream): string {
  return layOut(lines, pageOf(stream))
    .map((line) => `${line}\n`)
    .join('');
}

/** https://no-color.org: NO_COLOR, set to anything, means none. */
function pageOf(stream: NodeJS.WriteStream): Page {
  const { NO_COLOR, TERM } = process.env;
  const width = stream.isTTY ? stream.columns || null : null;
  return { width, isStyled: stream.isTTY === true && !NO_COLOR && TERM !== 'dumb' };
}
