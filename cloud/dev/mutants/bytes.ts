import { mutants } from './mutant.ts';

const CUT = 'body/multipart.ts';
const CUT_TEST = 'body/multipart.test.ts';
const UPLOAD_TEST = 'labs-upload.test.ts';

/** What a body may cost, whoever sends it. */
export const BYTES_MUTANTS = [
  ...mutants('form', [
    [
      'it has so many parts at most',
      CUT,
      'if (pieces.length > MULTIPART_PARTS_MAX) return null;',
      '',
      CUT_TEST,
    ],
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
    [
      'an upload is counted before it is taken apart',
      'labs/lab-file.ts',
      'if (form === null) return null;',
      "if (form === null) return await new Response(body, { headers: { 'content-type': contentType } }).formData();",
      UPLOAD_TEST,
    ],
  ]),
];
