import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { refusal } from '../errors.ts';
import { labUploaded } from '../labs.ts';

export const labUploadRoute = createRoute({
  method: 'post',
  path: '/labs/upload',
  summary: 'Upload a lab report (PDF, PNG or JPEG, at most 10 MiB)',
  request: {
    body: {
      required: true,
      content: {
        'multipart/form-data': {
          schema: z.object({ file: z.custom<File>().meta({ type: 'string', format: 'binary' }) }),
        },
      },
    },
  },
  responses: {
    200: { description: 'kept and sent to Terra', content: { 'application/json': { schema: labUploaded } } },
    400: refusal('expected_multipart or missing_file_field'),
    413: refusal('file_too_large'),
    415: refusal('unsupported_file_type'),
    502: refusal('terra_upload_failed: the file is kept, for a retry'),
  },
});
