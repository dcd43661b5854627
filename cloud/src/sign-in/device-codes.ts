import { randomBytes } from 'node:crypto';

/** No vowels, so that no words come out, and nothing that is mistaken for a digit (RFC 8628, section 6.1). */
const USER_CODE_ALPHABET = 'BCDFGHJKLMNPQRSTVWXZ';
const USER_CODE_LETTERS = 8;
const DEVICE_CODE_BYTES = 32;

/** What a device keeps to itself and redeems: 256 bits, base64url. */
export function newDeviceCode(): string {
  return randomBytes(DEVICE_CODE_BYTES).toString('base64url');
}

/** What a person types: 8 letters, each as likely as any other. */
export function newUserCode(): string {
  const fair = 256 - (256 % USER_CODE_ALPHABET.length);
  let code = '';
  while (code.length < USER_CODE_LETTERS) {
    const [byte = fair] = randomBytes(1);
    if (byte < fair) code += USER_CODE_ALPHABET[byte % USER_CODE_ALPHABET.length];
  }
  return code;
}

/** `BCDFGHJK` as it is shown: `BCDF-GHJK`. */
export function shownUserCode(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/** A code as somebody typed it, in any case, with dashes and spaces wherever; null where it can be none. */
export function readUserCode(typed: string): string | null {
  const code = typed.replace(/[\s-]/g, '').toUpperCase();
  const isCode =
    code.length === USER_CODE_LETTERS && [...code].every((letter) => USER_CODE_ALPHABET.includes(letter));
  return isCode ? code : null;
}
