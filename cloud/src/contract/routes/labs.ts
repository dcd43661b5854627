import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { NOT_AS_DOCUMENTED, refusal } from '../errors.ts';
import { labDeleted, labUploadDetails, labUploaded, labUploadList } from '../labs.ts';
import { idFrom, listQuery } from '../parameters.ts';

function json<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } };
}

const params = z.object({ id: idFrom('the `upload_id` of the upload, as `GET /v1/labs` tells it') });
const unknownUpload = refusal('no such upload of this person');

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
    200: json('kept and sent to Terra', labUploaded),
    400: refusal('expected_multipart or missing_file_field'),
    404: refusal('the upload was deleted while it was sent'),
    413: refusal('file_too_large'),
    415: refusal('unsupported_file_type'),
    502: refusal('terra_upload_failed: the file is kept, for a retry'),
  },
});

export const labListRoute = createRoute({
  method: 'get',
  path: '/labs',
  summary: "The person's lab reports, newest first",
  request: { query: listQuery },
  responses: { 200: json('one page', labUploadList), 400: NOT_AS_DOCUMENTED },
});

export const labShowRoute = createRoute({
  method: 'get',
  path: '/labs/{id}',
  summary: 'One lab report and what was read from it',
  request: { params },
  responses: { 200: json('its state and its biomarkers', labUploadDetails), 404: unknownUpload },
});

const file = { schema: z.string().meta({ format: 'binary' }) };

export const labFileRoute = createRoute({
  method: 'get',
  path: '/labs/{id}/file',
  summary: 'The file as it was uploaded',
  request: { params },
  responses: {
    200: {
      description: 'the bytes, to be saved under their own name',
      content: { 'application/pdf': file, 'image/png': file, 'image/jpeg': file },
    },
    404: refusal('no such upload of this person, or no file of it is left'),
  },
});

export const labRetryRoute = createRoute({
  method: 'post',
  path: '/labs/{id}/retry',
  summary: 'Send the kept file to Terra again',
  request: { params },
  responses: {
    200: json('sent to Terra', labUploaded),
    404: refusal('no such upload of this person, or no file of it is left'),
    409: refusal('not_retriable: it neither failed nor is its answer overdue'),
    502: refusal('terra_upload_failed: the file is still kept'),
  },
});

export const labDeleteRoute = createRoute({
  method: 'delete',
  path: '/labs/{id}',
  summary: 'Delete a lab report and what was read from it',
  request: { params },
  responses: { 200: json('what was deleted, by table and store', labDeleted), 404: unknownUpload },
});
