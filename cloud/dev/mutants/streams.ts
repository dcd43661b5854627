import { mutants } from './mutant.ts';

const LARGE = 'large-bodies.test.ts';
const STREAMED = 'body/stream-body.test.ts';
const SKELETON = 'body/skeleton.test.ts';
const VERIFIED = 'ingest/verified-body.ts';
const STREAM = 'body/stream-body.ts';
const OPEN = 'body/open-body.ts';
const UPLOAD = 'body/payload-upload.ts';

/** Bodies that are not held whole. */
export const STREAM_MUTANTS = [
  ...mutants('streamed body', [
    [
      'its signature is looked at when all of it went by',
      VERIFIED,
      "if (check.state === 'valid' && isJsonObject(json)) {",
      'if (isJsonObject(json)) {',
      LARGE,
    ],
    [
      'of one that is refused, no part stays in R2',
      VERIFIED,
      "await upload.abort();\n  if (check.state === 'invalid')",
      "if (check.state === 'invalid')",
      LARGE,
    ],
    [
      'of one that breaks off, no part stays in R2',
      STREAM,
      'await upload.abort();\n    throw error;',
      'throw error;',
      STREAMED,
    ],
    [
      'of one that is too large, no part stays in R2',
      STREAM,
      'await upload.abort();\n  return null;',
      'return null;',
      STREAMED,
    ],
    [
      'without a usable signature it is not received',
      VERIFIED,
      'if (signature.refused !== null)',
      'if (signature.refused === undefined)',
      LARGE,
    ],
    ['its size is counted while it is read', STREAM, 'if (bytes > bytesMax) break;', '', STREAMED],
    [
      'one announced as too large is not received',
      OPEN,
      'if (announced > bytesMax)',
      'if (announced < 0)',
      'body/open-body.test.ts',
    ],
    [
      'its hash is that of all of it',
      STREAM,
      'hash.update(chunk);',
      'hash.update(chunk.subarray(1));',
      STREAMED,
    ],
    ['the signature is over all of it', STREAM, 'alsoFeed(chunk);', 'alsoFeed(chunk.subarray(1));', STREAMED],
    [
      'a duplicate leaves no object',
      'routes/webhook.ts',
      "if (object !== null && recorded.state !== 'stored')",
      'if (object === undefined)',
      LARGE,
    ],
    [
      'a buffer is filled anew only when its part was sent',
      UPLOAD,
      'await this.#sending;\n    const part',
      'const part',
      STREAMED,
    ],
    ['the last part is not forgotten', UPLOAD, 'if (this.#filled > 0) await this.#send();', '', STREAMED],
  ]),
  ...mutants('whole body', [
    [
      'its signature is looked at',
      VERIFIED,
      "if (check.state === 'invalid') return { state: 'invalid_signature', reason: check.reason };\n  const { state, json } = parseBody",
      'const { state, json } = parseBody',
      'webhook.test.ts',
    ],
    [
      'its size is counted while it is read',
      OPEN,
      'if (size > bytesMax)',
      'if (size < 0)',
      'webhook.test.ts',
    ],
    [
      'what comes is not more than it may be, whatever was announced',
      OPEN,
      "bytes.byteLength > bytesMax ? { state: 'too_large' } : ",
      '',
      'body/open-body.test.ts',
    ],
  ]),
  ...mutants('skeleton', [
    [
      'keeps arrays that are no samples',
      'body/skeleton.ts',
      'if (SAMPLE_ARRAYS.has(key))',
      "if (key !== '')",
      SKELETON,
    ],
    [
      'an array left out ends at its own level, deeper ones being closed',
      'body/skeleton.ts',
      'this.#level = level;\n        this.#state = this.#closeArray(at, state);',
      'this.#state = this.#closeArray(at, state);',
      SKELETON,
    ],
    [
      'what is open is closed, in an array left out too',
      'body/skeleton.ts',
      'else if (containers[level] !== (next === ACTION.CLOSE_ARRAY ? ARRAY : OBJECT)) state = STATE.INVALID;',
      '',
      SKELETON,
    ],
    [
      'a comma stands before a key or a value by what is open, in an array left out too',
      'body/skeleton.ts',
      'state = containers[level] === ARRAY ? STATE.VALUE : STATE.KEY;',
      'state = STATE.VALUE;',
      SKELETON,
    ],
    [
      'an array left out may go on in the next piece',
      'body/skeleton.ts',
      '[this.#state, this.#level] = [state, level];',
      'this.#state = state;',
      SKELETON,
    ],
    ['holds no more than it may', 'body/skeleton.ts', 'this.#isTooLarge = true;', '', SKELETON],
    ['says which item lost samples', 'body/skeleton.ts', 'this.#kept.append(MARK);', '', SKELETON],
    [
      'brackets match',
      'body/skeleton.ts',
      'if (this.#containers[this.#level] !== ARRAY) return STATE.INVALID;',
      '',
      SKELETON,
    ],
  ]),
];
