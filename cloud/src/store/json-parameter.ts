import { PARAMETER_BYTES_MAX } from '../limits.ts';

/** A JSON array as bound text, and its size in UTF-8 bytes. */
export type JsonParameter = { readonly text: string; readonly bytes: number };

/** A value no single parameter can hold. The consumer halves its attempt, and fails the event that stands alone. */
export class ParameterTooLarge extends Error {
  constructor(bytes: number) {
    super(`a row of ${bytes} bytes does not fit one bound parameter of ${PARAMETER_BYTES_MAX}`);
    this.name = 'ParameterTooLarge';
  }
}

/** Cuts values into as few JSON arrays as fit one bound parameter each. Throws `ParameterTooLarge`. */
export function jsonParameters(values: Iterable<unknown>): readonly JsonParameter[] {
  const parameters: JsonParameter[] = [];
  let parts: string[] = [];
  let bytes = 2;
  const flush = () => {
    if (parts.length > 0) parameters.push({ text: `[${parts.join(',')}]`, bytes });
    parts = [];
    bytes = 2;
  };
  for (const value of values) {
    const text = JSON.stringify(value);
    const size = utf8Length(text) + 1;
    if (size + 2 > PARAMETER_BYTES_MAX) throw new ParameterTooLarge(size);
    if (bytes + size > PARAMETER_BYTES_MAX) flush();
    parts.push(text);
    bytes += size;
  }
  flush();
  return parameters;
}

/** Bytes of a text in UTF-8, without encoding it. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) bytes += unit > 0x7ff ? 2 : 1;
    // A surrogate pair is two units and four bytes; two units counted as three each would be six.
    if (unit >= 0xd800 && unit <= 0xdbff) bytes -= 1;
    if (unit >= 0xdc00 && unit <= 0xdfff) bytes -= 1;
  }
  return bytes;
}
