import { mutants } from './mutant.ts';

const CUT = 'body/multipart.ts';
const CUT_TEST = 'body/multipart.test.ts';
const UPLOAD_TEST = 'labs-upload.test.ts';

const FORGED = 'forged-deliveries.test.ts';
const SENDERS = 'ingest/sender-addresses.ts';
const SENDERS_TEST = 'ingest/sender-addresses.test.ts';
const ABANDONED = 'abandoned-uploads.test.ts';
const WEBHOOK = 'routes/webhook.ts';
const VERIFIED = 'ingest/verified-body.ts';

const WEIGHT = 'body/json-weight.ts';
const WEIGHT_TEST = 'body/json-weight.test.ts';

/** What a body may cost, whoever sends it. */
export const BYTES_MUTANTS = [
  ...mutants('heavy body', [
    ['objects and arrays are counted', WEIGHT, 'containers > JSON_CONTAINERS_MAX || ', '', WEIGHT_TEST],
    ['keys are counted', WEIGHT, ' || keys > JSON_KEYS_MAX', '', WEIGHT_TEST],
    ['plain values are counted', WEIGHT, ' || commas > JSON_COMMAS_MAX', '', WEIGHT_TEST],
    [
      'it is not parsed as it is',
      'body/payload.ts',
      'return isHeavyJson(body)',
      'return body === null',
      WEIGHT_TEST,
    ],
    [
      'what is left of it is looked at again',
      'body/payload.ts',
      'if (!isHeavyJson(skeleton.bytes)) {',
      'if (skeleton.bytes !== null) {',
      WEIGHT_TEST,
    ],
  ]),
  ...mutants('unsigned', [
    [
      'its header is looked at before anything is read',
      VERIFIED,
      'if (signature.refused !== null)',
      'if (signature.refused === undefined)',
      FORGED,
    ],
    [
      'its age is looked at before anything is read',
      'terra/signature.ts',
      'if (inTime.length === 0)',
      'if (inTime.length < 0)',
      FORGED,
      'terra/signature.test.ts',
    ],
    [
      'a suspect sender reaches no R2',
      VERIFIED,
      'return rules.isSenderSuspect\n',
      'return rules.bytesMax < 0\n',
      FORGED,
    ],
    [
      'a signature that does not match is remembered',
      WEBHOOK,
      "if (read.reason === 'mismatch') senders.noteForged(address, receivedMs);",
      '',
      FORGED,
    ],
    [
      'a signed delivery vouches for its address',
      WEBHOOK,
      'if (isSigned(read)) senders.noteSigned(address, receivedMs);',
      '',
      FORGED,
    ],
    ['the count begins anew', SENDERS, 'forged: isRecent ?', 'forged: sender !== undefined ?', SENDERS_TEST],
    [
      'a suspect is one for a while',
      SENDERS,
      ' && nowMs - sender.forgedSinceMs < FORGED_DELIVERIES_MS;\n  }',
      ';\n  }',
      SENDERS_TEST,
    ],
    [
      'it remembers so many addresses',
      SENDERS,
      'this.#senders.size > ADDRESSES_REMEMBERED',
      'this.#senders.size < 0',
      SENDERS_TEST,
    ],
    [
      'it writes so many traces an hour',
      'store/traces.ts',
      'where earlier.ts > ?2',
      'where earlier.ts > ?2 and false',
      FORGED,
    ],
  ]),
  ...mutants('abandoned upload', [
    ['it is swept daily', 'cron/schedule.ts', 'abortAbandonedUploads(env, nowMs),', '', ABANDONED],
    [
      'one that may still go on is left',
      'cron/abort-uploads.ts',
      'begunAt.getTime() <= nowMs - ORPHAN_AGE_MS',
      'begunAt.getTime() <= nowMs',
      ABANDONED,
    ],
    [
      'its parts go',
      'body/open-uploads.ts',
      'await bucket.resumeMultipartUpload(key, uploadId).abort();',
      '',
      ABANDONED,
    ],
    [
      'one that was not aborted keeps its record',
      'body/open-uploads.ts',
      'if (!/does not exist|\\b10024\\b/.test(errorText(error))) throw error;',
      'if (bucket === undefined) throw error;',
      ABANDONED,
    ],
    [
      'one that came to its end is forgotten',
      'body/payload-upload.ts',
      'await this.#upload.complete(this.#parts);\n    await forgetOpenUpload(this.#bucket, this.#record);',
      'await this.#upload.complete(this.#parts);',
      ABANDONED,
    ],
  ]),
  ...mutants('webhook', [
    [
      'the database is waited for 6 s',
      'limits.ts',
      'WEBHOOK_STORE_TIMEOUT_MS = 6 * SECOND_MS',
      'WEBHOOK_STORE_TIMEOUT_MS = 600 * SECOND_MS',
      'webhook.test.ts',
    ],
  ]),
  ...mutants('ids', [
    [
      'no more of them are remembered than there is room for',
      'digest.ts',
      'if (known.size >= textsMax) known.clear();',
      '',
      'store/id-hash.test.ts',
    ],
  ]),
  ...mutants('ping', [
    [
      'a host without a dot in front is that host alone',
      'normalize/payload-url.ts',
      'allowed !== domain && ',
      '',
      'normalize/payload-url.test.ts',
    ],
  ]),
  ...mutants('form', [
    [
      'it has so many parts at most',
      CUT,
      'if (pieces.length > MULTIPART_PARTS_MAX) return null;',
      '',
      CUT_TEST,
    ],
    ['its parts begin with headers of a bounded length', CUT, ' || parts.some(isHeadTooLong)', '', CUT_TEST],
    ['a boundary of dashes is none', CUT, '(?=.*[0-9A-Za-z])', '', CUT_TEST],
    ['two boundaries are none', CUT, 'others.length === 0 && ', '', CUT_TEST],
    [
      'its boundary counts at the start of a line',
      CUT,
      'const lineStart = Buffer.concat([Buffer.of(LINE_FEED), delimiter]);\n  const at = body.indexOf(lineStart, from);\n  return at === -1 ? -1 : at + 1;',
      'return body.indexOf(delimiter, from);',
      CUT_TEST,
      'middleware/request-hash.test.ts',
    ],
    ['a form that was cut off is none', CUT, 'if (end === -1) return null;', '', UPLOAD_TEST],
    ['a part without an end of its own is none', CUT, 'if (end < contentStart) return null;', '', CUT_TEST],
    [
      'what is longer than announced is not taken',
      'body/read-body.ts',
      'return bytes.byteLength > bytesMax ? ',
      'return bytes === null ? ',
      'body/read-body.test.ts',
    ],
    [
      'the length of a response is not believed',
      'body/read-body.ts',
      ' && message instanceof Request) {',
      ') {',
      'body/read-body.test.ts',
    ],
    [
      'a body that is known is measured again',
      'body/read-body.ts',
      'return known.byteLength > bytesMax ? ',
      'return known === null ? ',
      'body/read-body.test.ts',
    ],
  ]),
];
