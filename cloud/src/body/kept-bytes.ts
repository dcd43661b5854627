const FIRST_CAPACITY_BYTES = 65_536;

/** Bytes put one after another into one buffer that grows. */
export class KeptBytes {
  #buffer: Uint8Array;
  #length = 0;

  /** Room for `expected` bytes costs nothing before they come, and growing costs all that was put aside. */
  constructor(expected = FIRST_CAPACITY_BYTES) {
    this.#buffer = new Uint8Array(expected);
  }

  get length(): number {
    return this.#length;
  }

  append(bytes: Uint8Array): void {
    const end = this.#length + bytes.byteLength;
    if (end > this.#buffer.byteLength) {
      const larger = new Uint8Array(Math.max(end, this.#buffer.byteLength * 2));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = end;
  }

  /** Forgets what comes after the first `length` bytes. */
  cutTo(length: number): void {
    this.#length = length;
  }

  /** A view that the next `append` may outdate. */
  bytes(start = 0, end = this.#length): Uint8Array {
    return this.#buffer.subarray(start, end);
  }
}
