import { JSON_NESTING_MAX } from '../limits.ts';
import { ACTION, FIRST_ACTION, mayEnd, NEXT, STATE } from './json-grammar.ts';
import { KeptBytes } from './kept-bytes.ts';
import { SAMPLE_ARRAYS } from './sample-arrays.ts';

/** What is left of a JSON document without its sample arrays. */
export type Skeleton =
  | {
      readonly state: 'json';
      readonly bytes: Uint8Array;
      /** A member of the root did not fit and is an empty array here: good for the envelope only. */
      readonly isCut: boolean;
    }
  | { readonly state: 'invalid' }
  | { readonly state: 'too_large' };

const OBJECT = 0;
const ARRAY = 1;

/** Levels of `{"data": [{...}]}`: the root, the array, an item. */
const MEMBER_LEVEL = 2;
const ITEM_LEVEL = 3;

const MARK = new TextEncoder().encode(',"_samples_omitted":true');

/** Bytes scanned between two looks at how much is kept, which may pass its bound by as many. */
export const PIECE_BYTES = 65_536;
/** No key that is looked for is longer, written out in `\u` escapes. */
const KEY_BYTES_MAX = 256;

/**
 * Reads a JSON document in one pass, chunk by chunk, checks it whole and keeps it byte for byte, but for the
 * contents of the arrays named in `SAMPLE_ARRAYS`, at any depth. An item of `data` that lost any ends with
 * `"_samples_omitted":true`. The outcome does not depend on where the chunks are cut.
 *
 * {"data":[{"hr_samples":[{"bpm":60}],"laps":[1]}]}
 * {"data":[{"hr_samples":[],"laps":[1],"_samples_omitted":true}]}
 *
 * Where more than `bytesMax` would be kept, the array in the root that holds too much is emptied; where none
 * does, the document is too large. A document nested deeper than `JSON_NESTING_MAX` counts as invalid.
 */
export class SkeletonMaker {
  readonly #bytesMax: number;
  readonly #kept: KeptBytes;
  readonly #containers = new Uint8Array(JSON_NESTING_MAX + 1);
  #state: number = STATE.START;
  #level = 0;
  /** Level of the array whose contents are being left out; 0: none. */
  #droppedLevel = 0;
  /** Where the contents of the open array in the root begin in what is kept. */
  #memberStart = -1;
  #isData = false;
  #hasItemLost = false;
  #isCut = false;
  #isTooLarge = false;
  /** The last key outside dropped arrays, by its place in what is kept. */
  #keyStart = 0;
  #keyEnd = 0;
  #piece: Uint8Array = new Uint8Array();
  /** From here on the piece is still to be kept. */
  #unkept = 0;

  /** `expected`: how many bytes may be kept, where that is known. */
  constructor(bytesMax: number, expected?: number) {
    this.#bytesMax = bytesMax;
    this.#kept = new KeptBytes(expected);
  }

  write(chunk: Uint8Array): void {
    for (let start = 0; start < chunk.byteLength; start += PIECE_BYTES) {
      if (this.#state === STATE.INVALID) return;
      this.#scan(chunk.subarray(start, start + PIECE_BYTES));
    }
  }

  finish(): Skeleton {
    if (this.#isTooLarge) return { state: 'too_large' };
    if (this.#level > 0 || !mayEnd(this.#state)) return { state: 'invalid' };
    return { state: 'json', bytes: this.#kept.bytes(), isCut: this.#isCut };
  }

  #scan(piece: Uint8Array): void {
    this.#piece = piece;
    this.#unkept = 0;
    for (let at = 0; at < piece.length; ) at = this.#droppedLevel > 0 ? this.#passOver(at) : this.#read(at);
    if (this.#droppedLevel === 0) {
      this.#keepUntil(piece.length);
      this.#checkSize();
    }
  }

  /** Reads on until an array begins that is left out, or to the end of the piece: answers where. */
  #read(from: number): number {
    const piece = this.#piece;
    let state = this.#state;
    let at = from;
    while (at < piece.length) {
      if (state === STATE.TEXT || state === STATE.KEY_TEXT) {
        at = endOfPlainText(piece, at);
        if (at === piece.length) break;
      }
      const next = NEXT[(state << 8) | (piece[at] ?? 0)] ?? STATE.INVALID;
      state = next < FIRST_ACTION ? next : this.#act(next, at, state);
      at += 1;
      if (this.#droppedLevel > 0) break;
    }
    this.#state = state;
    return at;
  }

  /**
   * Reads on inside an array that is left out: behind its end, or to the end of the piece, and answers where. Most bytes
   * of a large body are here, where nothing is kept, so that the grammar alone is looked at.
   */
  #passOver(from: number): number {
    const [piece, containers, dropped] = [this.#piece, this.#containers, this.#droppedLevel];
    let [state, level, at] = [this.#state, this.#level, from];
    for (; at < piece.length; at += 1) {
      if (state === STATE.TEXT || state === STATE.KEY_TEXT) {
        at = endOfPlainText(piece, at);
        if (at === piece.length) break;
      }
      const next = NEXT[(state << 8) | (piece[at] ?? 0)] ?? STATE.INVALID;
      if (next < FIRST_ACTION) state = next;
      else if (next === ACTION.COMMA) state = containers[level] === ARRAY ? STATE.VALUE : STATE.KEY;
      else if (next === ACTION.BEGIN_KEY) state = STATE.KEY_TEXT;
      else if (next === ACTION.END_KEY) state = STATE.COLON;
      else if (next === ACTION.OPEN_OBJECT || next === ACTION.OPEN_ARRAY) {
        const container = next === ACTION.OPEN_ARRAY ? ARRAY : OBJECT;
        if (level === JSON_NESTING_MAX) state = STATE.INVALID;
        else {
          level += 1;
          containers[level] = container;
          state = container === ARRAY ? STATE.ARRAY_START : STATE.OBJECT_START;
        }
      } else if (containers[level] !== (next === ACTION.CLOSE_ARRAY ? ARRAY : OBJECT)) state = STATE.INVALID;
      else if (level === dropped) {
        this.#level = level;
        this.#state = this.#closeArray(at, state);
        return at + 1;
      } else {
        level -= 1;
        state = STATE.AFTER_VALUE;
      }
    }
    [this.#state, this.#level] = [state, level];
    return at;
  }

  /** Does what a byte asks for and answers the next state. */
  #act(action: number, at: number, state: number): number {
    switch (action) {
      case ACTION.BEGIN_KEY:
        this.#keyStart = this.#placeOf(at + 1);
        return STATE.KEY_TEXT;
      case ACTION.END_KEY:
        this.#keyEnd = this.#placeOf(at);
        return STATE.COLON;
      case ACTION.COMMA:
        if (this.#level === 0) return STATE.INVALID;
        return this.#containers[this.#level] === ARRAY ? STATE.VALUE : STATE.KEY;
      case ACTION.OPEN_OBJECT:
        if (this.#level === ITEM_LEVEL - 1) this.#hasItemLost = false;
        return this.#open(OBJECT) ? STATE.OBJECT_START : STATE.INVALID;
      case ACTION.CLOSE_OBJECT:
        return this.#closeObject(at);
      case ACTION.OPEN_ARRAY:
        return this.#openArray(at);
      default:
        return this.#closeArray(at, state);
    }
  }

  #open(container: number): boolean {
    if (this.#level === JSON_NESTING_MAX) return false;
    this.#level += 1;
    this.#containers[this.#level] = container;
    return true;
  }

  #openArray(at: number): number {
    const isMember = this.#level > 0 && this.#containers[this.#level] === OBJECT;
    if (!this.#open(ARRAY)) return STATE.INVALID;
    if (this.#droppedLevel > 0 || !isMember) return STATE.ARRAY_START;
    this.#keepUntil(at + 1);
    const key = this.#key();
    if (this.#level === MEMBER_LEVEL) {
      this.#memberStart = this.#kept.length;
      this.#isData = key === 'data';
    }
    if (SAMPLE_ARRAYS.has(key)) this.#droppedLevel = this.#level;
    return STATE.ARRAY_START;
  }

  #closeArray(at: number, state: number): number {
    if (this.#containers[this.#level] !== ARRAY) return STATE.INVALID;
    if (this.#level === MEMBER_LEVEL && this.#droppedLevel === 0) {
      this.#keepUntil(at);
      this.#checkSize();
      if (this.#isTooLarge) return STATE.INVALID;
    }
    if (this.#droppedLevel === this.#level) {
      this.#droppedLevel = 0;
      this.#unkept = at;
      if (state !== STATE.ARRAY_START) this.#hasItemLost = true;
    }
    if (this.#level === MEMBER_LEVEL) {
      this.#memberStart = -1;
      this.#isData = false;
    }
    this.#level -= 1;
    return STATE.AFTER_VALUE;
  }

  #closeObject(at: number): number {
    if (this.#level === 0 || this.#containers[this.#level] !== OBJECT) return STATE.INVALID;
    if (this.#level === ITEM_LEVEL && this.#isData && this.#hasItemLost && this.#droppedLevel === 0) {
      this.#keepUntil(at);
      this.#kept.append(MARK);
    }
    this.#level -= 1;
    return STATE.AFTER_VALUE;
  }

  #placeOf(at: number): number {
    return this.#kept.length + at - this.#unkept;
  }

  #keepUntil(end: number): void {
    this.#kept.append(this.#piece.subarray(this.#unkept, end));
    this.#unkept = end;
  }

  #checkSize(): void {
    if (this.#kept.length > this.#bytesMax && this.#memberStart >= 0) {
      this.#kept.cutTo(this.#memberStart);
      this.#droppedLevel = MEMBER_LEVEL;
      this.#isCut = true;
    }
    if (this.#kept.length <= this.#bytesMax) return;
    this.#isTooLarge = true;
    this.#state = STATE.INVALID;
  }

  /** The last key as JSON.parse would give it, as far as it can be one that is looked for. */
  #key(): string {
    if (this.#keyEnd - this.#keyStart > KEY_BYTES_MAX) return '';
    const text = String.fromCharCode(...this.#kept.bytes(this.#keyStart, this.#keyEnd));
    return text.includes('\\') ? String(JSON.parse(`"${text}"`)) : text;
  }
}

/** Most of a document is text: where the next byte is that is not a plain part of it. */
function endOfPlainText(piece: Uint8Array, from: number): number {
  let at = from;
  for (; at < piece.length; at += 1) {
    const byte = piece[at] ?? 0;
    if (byte < 0x20 || byte === 0x22 || byte === 0x5c) return at;
  }
  return at;
}
