import type { PersonApp } from '../app-env.ts';
import { LAB_FILE_MAX_BYTES } from '../contract/labs.ts';
import { labUploadRoute } from '../contract/routes/labs.ts';
import { ApiError } from '../errors.ts';
import { type LabFile, readLabFile } from '../ingest/lab-file.ts';
import { keepAndForward } from '../ingest/lab-upload.ts';
import { validatingRouter } from './validation.ts';

/** The form is read by hand: its refusals have codes of their own. */
export const labs = validatingRouter<PersonApp>();

labs.openAPIRegistry.registerPath(labUploadRoute);

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
