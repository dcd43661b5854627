import { MULTIPART_HEAD_BYTES_MAX, MULTIPART_PARTS_MAX } from '../limits.ts';

/** A form as it was sent, cut at its delimiters. */
export type Multipart = {
  readonly boundary: string;
  /** What stands before the first delimiter, between two, and after the last one; views on the body. */
  readonly pieces: readonly Uint8Array[];
};

/**
 * RFC 2046, 5.1.1: 1 to 70 characters of a few kinds, the last no blank. Of these one of dashes alone is taken
 * from nobody: every client draws letters or digits, and the dashes of a delimiter would be part of it.
 */
const BOUNDARY = /^(?=.*[0-9A-Za-z])[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]$/;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const DASH = 0x2d;
/** What ends a part's headers: a line break, and an empty line. */
const LINE_BREAKS = '\r\n\r\n';
const LINE_FEEDS = '\n\n';

/**
 * Cuts a form at its boundary, where it stands at the start of a line: anywhere else it is part of a value. Null
 * where the body is no form, or holds more parts than any form of ours: a part costs whoever reads it an object,
 * however small it is, and 10 MB have room for millions. Nor is one taken whose part begins with very long headers:
 * reading 10 MB of them took 4 s.
 */
export function cutMultipart(body: Uint8Array, contentType: string): Multipart | null {
  const boundary = readBoundary(contentType);
  if (boundary === null) return null;
  const buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const delimiter = Buffer.from(`--${boundary}`);
  const pieces: Uint8Array[] = [];
  let start = 0;
  for (;;) {
    const at = nextDelimiter(buffer, delimiter, start);
    if (at === -1) break;
    if (pieces.length > MULTIPART_PARTS_MAX) return null;
    pieces.push(body.subarray(start, at));
    start = at + delimiter.byteLength;
  }
  if (pieces.length === 0) return null;
  const [before, ...parts] = [...pieces, body.subarray(start)];
  if (before === undefined || parts.some(isHeadTooLong)) return null;
  return { boundary, pieces: [before, ...parts] };
}

/** A part of a form: its headers, without the blank line after them, and its content; views on the body. */
export type MultipartPart = { readonly head: Uint8Array; readonly content: Uint8Array };

/** Null where a part is none, or where the last delimiter does not close the form: the rest was lost on the way. */
export function partsOf({ pieces }: Multipart): readonly MultipartPart[] | null {
  const after = pieces.slice(1);
  const end = after.findIndex((piece) => piece[0] === DASH && piece[1] === DASH);
  if (end === -1) return null;
  const parts = after.slice(0, end).map(partOf);
  return parts.every((part) => part !== null) ? parts : null;
}

/** The line of the delimiter, headers, a blank line, and the content with the line break before the next delimiter. */
function partOf(piece: Uint8Array): MultipartPart | null {
  const buffer = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
  const start = buffer.indexOf(LINE_FEED) + 1;
  const blank = [LINE_BREAKS, LINE_FEEDS]
    .map((text) => ({ at: buffer.indexOf(text, start), length: text.length }))
    .filter(({ at }) => at !== -1)
    .toSorted((a, b) => a.at - b.at)[0];
  if (blank === undefined) return null;
  const contentStart = blank.at + blank.length;
  const end = piece.byteLength - (piece[piece.byteLength - 2] === CARRIAGE_RETURN ? 2 : 1);
  if (end < contentStart) return null;
  return { head: piece.subarray(start, blank.at), content: piece.subarray(contentStart, end) };
}

/** A blank line ends a part's headers. */
function isHeadTooLong(part: Uint8Array): boolean {
  if (part.byteLength <= MULTIPART_HEAD_BYTES_MAX) return false;
  const start = Buffer.from(part.buffer, part.byteOffset, MULTIPART_HEAD_BYTES_MAX);
  return !start.includes(LINE_BREAKS) && !start.includes(LINE_FEEDS);
}

/** `multipart/form-data; boundary=xyz`, quoted or not, named once; null of anything else. */
function readBoundary(contentType: string): string | null {
  if (!/^multipart\/form-data\s*;/i.test(contentType)) return null;
  const [named, ...others] = contentType.matchAll(/;\s*boundary=(?:"([^"]*)"|([^\s;"]*))/gi);
  const boundary = named?.[1] ?? named?.[2] ?? '';
  return others.length === 0 && BOUNDARY.test(boundary) ? boundary : null;
}

/** Where the delimiter stands next at the start of a line, the start of the body included; -1 for nowhere. */
function nextDelimiter(body: Buffer, delimiter: Buffer, from: number): number {
  if (from === 0 && body.subarray(0, delimiter.byteLength).equals(delimiter)) return 0;
  const lineStart = Buffer.concat([Buffer.of(LINE_FEED), delimiter]);
  const at = body.indexOf(lineStart, from);
  return at === -1 ? -1 : at + 1;
}
