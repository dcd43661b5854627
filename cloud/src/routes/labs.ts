import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import type { PersonApp } from '../app-env.ts';
import { errorBody } from '../contract/errors.ts';
import { LAB_FILE_MAX_BYTES, labUploaded } from '../contract/labs.ts';
import { ApiError } from '../errors.ts';
import { labFileKind } from '../ingest/lab-file.ts';
import { keepAndForward } from '../ingest/lab-upload.ts';
import { readBody } from '../ingest/read-body.ts';
import { validatingRouter } from './validation.ts';

/** Room for the multipart frame around the file. */
const MULTIPART_FRAME_BYTES = 64 * 1024;

const failure = (description: string) => ({
  description,
  content: { 'application/json': { schema: errorBody } },
});

const route = createRoute({
  method: 'post',
  path: '/labs/upload',
  summary: 'Upload a lab report (PDF, PNG or JPEG, at most 10 MiB)',
  request: {
    body: {
      required: true,
      content: {
        'multipart/form-data': {
          schema: z.object({ file: z.unknown().meta({ type: 'string', format: 'binary' }) }),
        },
      },
    },
  },
  responses: {
    200: { description: 'kept and sent to Terra', content: { 'application/json': { schema: labUploaded } } },
    400: failure('expected_multipart or missing_file_field'),
    413: failure('file_too_large'),
    415: failure('unsupported_file_type'),
    502: failure('terra_upload_failed: the file is kept, for a retry'),
  },
});

/** The form is read by hand, in `readFile`: its refusals have codes of their own. */
export const labs = validatingRouter<PersonApp>();

labs.openAPIRegistry.registerPath(route);

labs.post('/labs/upload', async (c) => {
  const file = await readFile(c.req.raw);
  const result = await keepAndForward(c.env, file, {
    userId: c.get('userId'),
    requestId: c.get('requestId'),
    nowMs: Date.now(),
  });
  if (!result.isAccepted) {
    throw new ApiError(
      'terra_upload_failed',
      `Terra did not take the report (${result.terraStatus}); the file is kept as upload ${result.uploadId}, retry later`,
    );
  }
  return c.json({
    ok: true,
    upload_id: result.uploadId,
    storage_key: result.storageKey,
    terra_status: result.terraStatus,
    note: 'Terra is reading the report: run `amy sync` in about 30 s',
  });
});

/** The form's `file`, checked. Throws the code of SPEC for each way it can be wrong. */
async function readFile(request: Request): Promise<File> {
  const contentType = request.headers.get('content-type') ?? '';
  if (!/^multipart\/form-data\b/i.test(contentType)) {
    throw new ApiError('expected_multipart', 'send the report as multipart/form-data, in the field `file`');
  }
  const body = await readBody(request, LAB_FILE_MAX_BYTES + MULTIPART_FRAME_BYTES);
  if (!body.ok) throw tooLarge();
  const form = await new Response(body.bytes, { headers: { 'content-type': contentType } })
    .formData()
    .catch(() => null);
  if (form === null) throw new ApiError('expected_multipart', 'the multipart body cannot be read');
  const file = form.get('file');
  if (file === null || typeof file === 'string') {
    throw new ApiError('missing_file_field', 'the form has no file in the field `file`');
  }
  if (file.size > LAB_FILE_MAX_BYTES) throw tooLarge();
  const bytes = new Uint8Array(await file.slice(0, 16).arrayBuffer());
  if (labFileKind(file, bytes) === null) {
    throw new ApiError(
      'unsupported_file_type',
      'file: must be a PDF, PNG or JPEG, and be what its name says',
    );
  }
  return file;
}

function tooLarge(): ApiError {
  return new ApiError('file_too_large', `file: must be at most ${LAB_FILE_MAX_BYTES} bytes`);
}
