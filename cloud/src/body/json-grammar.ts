/**
 * The grammar of JSON (RFC 8259) as one table over bytes, so that a body can be checked in a tight loop, fed
 * in chunks cut anywhere. What a table cannot know, how deep it is and in what, is left to actions.
 */

/** What may come next. */
export const STATE = {
  INVALID: 0,
  /** At the very beginning, where a BOM may stand. */
  START: 1,
  BOM_2: 2,
  BOM_3: 3,
  VALUE: 4,
  ARRAY_START: 5,
  OBJECT_START: 6,
  KEY: 7,
  COLON: 8,
  AFTER_VALUE: 9,
  KEY_TEXT: 10,
  KEY_ESCAPE: 11,
  KEY_HEX: 12,
  TEXT: 16,
  ESCAPE: 17,
  HEX: 18,
  MINUS: 22,
  ZERO: 23,
  INTEGER: 24,
  POINT: 25,
  FRACTION: 26,
  EXPONENT_MARK: 27,
  EXPONENT_SIGN: 28,
  EXPONENT: 29,
  TRUE: 30,
  FALSE: 33,
  NULL: 37,
} as const;

const STATES = 40;
const BLANK = ' \t\n\r';
const DIGITS = '0123456789';

/** What the reader has to do at a byte, instead of only going to another state. */
export const ACTION = {
  BEGIN_KEY: 48,
  END_KEY: 49,
  OPEN_OBJECT: 50,
  CLOSE_OBJECT: 51,
  OPEN_ARRAY: 52,
  CLOSE_ARRAY: 53,
  COMMA: 54,
} as const;

export const FIRST_ACTION = ACTION.BEGIN_KEY;

/** `NEXT[(state << 8) | byte]`: the next state, or an action. Invalid stays invalid. */
export const NEXT: Uint8Array = buildTable();

/** Whether a whole document may end here, outside every object and array. */
export function mayEnd(state: number): boolean {
  return (
    state === STATE.AFTER_VALUE ||
    state === STATE.ZERO ||
    state === STATE.INTEGER ||
    state === STATE.FRACTION ||
    state === STATE.EXPONENT
  );
}

function buildTable(): Uint8Array {
  const table = new Uint8Array(STATES << 8);
  const onByte = (from: number, byte: number, to: number) => {
    table[(from << 8) | byte] = to;
  };
  const on = (from: number, characters: string, to: number) => {
    for (const character of characters) onByte(from, character.charCodeAt(0), to);
  };

  for (const from of [STATE.START, STATE.VALUE, STATE.ARRAY_START]) allowValue(from, on);
  on(STATE.START, BLANK, STATE.VALUE);
  onByte(STATE.START, 0xef, STATE.BOM_2);
  onByte(STATE.BOM_2, 0xbb, STATE.BOM_3);
  onByte(STATE.BOM_3, 0xbf, STATE.VALUE);
  on(STATE.VALUE, BLANK, STATE.VALUE);
  on(STATE.ARRAY_START, BLANK, STATE.ARRAY_START);
  on(STATE.ARRAY_START, ']', ACTION.CLOSE_ARRAY);
  on(STATE.OBJECT_START, BLANK, STATE.OBJECT_START);
  on(STATE.OBJECT_START, '}', ACTION.CLOSE_OBJECT);
  on(STATE.OBJECT_START, '"', ACTION.BEGIN_KEY);
  on(STATE.KEY, BLANK, STATE.KEY);
  on(STATE.KEY, '"', ACTION.BEGIN_KEY);
  on(STATE.COLON, BLANK, STATE.COLON);
  on(STATE.COLON, ':', STATE.VALUE);

  allowText(STATE.KEY_TEXT, ACTION.END_KEY, on, onByte);
  allowText(STATE.TEXT, STATE.AFTER_VALUE, on, onByte);

  on(STATE.MINUS, '0', STATE.ZERO);
  on(STATE.MINUS, '123456789', STATE.INTEGER);
  on(STATE.INTEGER, DIGITS, STATE.INTEGER);
  for (const from of [STATE.ZERO, STATE.INTEGER]) on(from, '.', STATE.POINT);
  for (const from of [STATE.POINT, STATE.FRACTION]) on(from, DIGITS, STATE.FRACTION);
  for (const from of [STATE.ZERO, STATE.INTEGER, STATE.FRACTION]) on(from, 'eE', STATE.EXPONENT_MARK);
  on(STATE.EXPONENT_MARK, '+-', STATE.EXPONENT_SIGN);
  for (const from of [STATE.EXPONENT_MARK, STATE.EXPONENT_SIGN, STATE.EXPONENT]) {
    on(from, DIGITS, STATE.EXPONENT);
  }

  allowWord('true', STATE.TRUE, on);
  allowWord('false', STATE.FALSE, on);
  allowWord('null', STATE.NULL, on);

  for (const from of [STATE.AFTER_VALUE, STATE.ZERO, STATE.INTEGER, STATE.FRACTION, STATE.EXPONENT]) {
    on(from, BLANK, STATE.AFTER_VALUE);
    on(from, ',', ACTION.COMMA);
    on(from, '}', ACTION.CLOSE_OBJECT);
    on(from, ']', ACTION.CLOSE_ARRAY);
  }
  return table;
}

type On = (from: number, characters: string, to: number) => void;

function allowValue(from: number, on: On): void {
  on(from, '{', ACTION.OPEN_OBJECT);
  on(from, '[', ACTION.OPEN_ARRAY);
  on(from, '"', STATE.TEXT);
  on(from, '-', STATE.MINUS);
  on(from, '0', STATE.ZERO);
  on(from, '123456789', STATE.INTEGER);
  on(from, 't', STATE.TRUE);
  on(from, 'f', STATE.FALSE);
  on(from, 'n', STATE.NULL);
}

/**
 * The inside of a string: `text`, then its escape and four hex digits. Any byte from 0x80 on is allowed, since
 * invalid UTF-8 reads as U+FFFD.
 */
function allowText(
  text: number,
  end: number,
  on: On,
  onByte: (from: number, byte: number, to: number) => void,
): void {
  const escaped = text + 1;
  const hex = text + 2;
  for (let byte = 0x20; byte <= 0xff; byte += 1) onByte(text, byte, text);
  on(text, '\\', escaped);
  on(text, '"', end);
  on(escaped, '"\\/bfnrt', text);
  on(escaped, 'u', hex);
  for (let digit = 0; digit < 4; digit += 1) {
    on(hex + digit, '0123456789abcdefABCDEF', digit === 3 ? text : hex + digit + 1);
  }
}

function allowWord(word: string, first: number, on: On): void {
  for (let read = 1; read < word.length; read += 1) {
    const to = read === word.length - 1 ? STATE.AFTER_VALUE : first + read;
    on(first + read - 1, word.charAt(read), to);
  }
}
