import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import type { PersonApp } from '../app-env.ts';
import { errorBody } from '../contract/errors.ts';
import { LAB_FILE_MAX_BYTES, labUploaded } from '../contract/labs.ts';
import { ApiError } from '../errors.ts';
import { type LabFile, readLabFile } from '../ingest/lab-file.ts';
import { keepAndForward } from '../ingest/lab-upload.ts';
import { validatingRouter } from './validation.ts';

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

/** The form is read by hand: its refusals have codes of their own. */
export const labs = validatingRouter<PersonApp>();

labs.openAPIRegistry.registerPath(route);

labs.post('/labs/upload', async (c) => {
  const read = await readLabFile(c.req.raw, LAB_FILE_MAX_BYTES);
  if (!read.ok) throw new ApiError(read.reason, REFUSALS[read.reason]);
  const result = await keepAndForward(c.env, read.file, {
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

const REFUSALS: Record<Extract<LabFile, { ok: false }>['reason'], string> = {
  expected_multipart: 'send the report as multipart/form-data, in the field `file`',
  missing_file_field: 'the form has no file with a name in the field `file`',
  file_too_large: `file: must be at most ${LAB_FILE_MAX_BYTES} bytes`,
  unsupported_file_type: 'file: must be a PDF, PNG or JPEG, and be what its name and type say',
};
