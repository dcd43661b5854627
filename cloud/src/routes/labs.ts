import { z } from 'zod';
import type { PersonApp } from '../app-env.ts';
import type { UnixMs } from '../clock.ts';
import { LAB_FILE_MAX_BYTES, type LabUploaded, type LabUploadShown } from '../contract/labs.ts';
import {
  labDeleteRoute,
  labFileRoute,
  labListRoute,
  labRetryRoute,
  labShowRoute,
  labUploadRoute,
} from '../contract/routes/labs.ts';
import { ApiError } from '../errors.ts';
import { deleteLabUpload } from '../labs/delete-upload.ts';
import { type LabFile, labFileMetadata, readLabFile, storedExtension } from '../labs/lab-file.ts';
import { type LabRetry, retryLabUpload } from '../labs/retry-upload.ts';
import { keepAndForward } from '../labs/upload.ts';
import { type ReportedBiomarker, readReportedBiomarkers } from '../labs/upload-reports.ts';
import { uploadReason } from '../labs/upload-state.ts';
import {
  readKnownLabUpload,
  readLabUpload,
  readLabUploadPage,
  type StoredLabUpload,
} from '../store/lab-uploads.ts';
import { decodeCursor } from './cursor.ts';
import { documentedRouter } from './documented-router.ts';
import { listPage } from './list-page.ts';

export const labs = documentedRouter<PersonApp>()
  .serve(labListRoute, async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const after = decodeCursor(position, cursor);
    const found = await readLabUploadPage(c.env.DB, c.get('userId'), after, limit + 1);
    const { rows, ...next } = listPage(found, limit, (last) => [last.uploaded_at, last.position]);
    return c.json({ data: rows.map((upload) => shownUpload(upload, Date.now())), ...next }, 200);
  })
  .serve(labShowRoute, async (c) => {
    const key = { userId: c.get('userId'), id: c.req.valid('param').id };
    const found = await readKnownLabUpload(c.env.DB, key);
    if (found === null) throw unknownUpload();
    const { upload, terraUploadIds } = found;
    const biomarkers = await readReportedBiomarkers(c.env, key.userId, terraUploadIds);
    return c.json({ ...shownUpload(upload, Date.now()), biomarkers: biomarkers.map(shownBiomarker) }, 200);
  })
  .serve(labFileRoute, async (c) => {
    const { id } = c.req.valid('param');
    const upload = await readLabUpload(c.env.DB, { userId: c.get('userId'), id });
    if (upload === null) throw unknownUpload();
    const object = await c.env.LAB_REPORTS.get(upload.storage_key);
    if (object === null) throw missingFile();
    const { name, type } = labFileMetadata(object, id);
    return c.body(object.body, 200, {
      'content-type': type,
      'content-length': String(object.size),
      'content-disposition': `attachment; filename*=UTF-8''${encodeName(name)}`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'private, no-store',
    });
  })
  .serve(labRetryRoute, async (c) => {
    const context = { userId: c.get('userId'), requestId: c.get('requestId'), nowMs: Date.now() };
    return c.json(sentAnswer(await retryLabUpload(c.env, c.req.valid('param').id, context)), 200);
  })
  .serve(labDeleteRoute, async (c) => {
    const upload = { uploadId: c.req.valid('param').id, terraUploadIds: [] };
    const context = { userId: c.get('userId'), requestId: c.get('requestId') };
    const deleted = await deleteLabUpload(c.env, upload, context);
    if (deleted === null) throw unknownUpload();
    return c.json({ ok: true as const, ...deleted }, 200);
  });

/** The form is read by hand: its refusals have codes of their own. */
labs.serve(labUploadRoute, async (c) => {
  const read = await readLabFile(c.req.raw, LAB_FILE_MAX_BYTES);
  if (read.state === 'refused') throw new ApiError(read.reason, REFUSALS[read.reason]);
  const sent = await keepAndForward(c.env, read.file, {
    userId: c.get('userId'),
    requestId: c.get('requestId'),
    nowMs: Date.now(),
  });
  return c.json(sentAnswer(sent), 200);
});

const REFUSALS: Record<Extract<LabFile, { state: 'refused' }>['reason'], string> = {
  expected_multipart: 'send the report as multipart/form-data, in the field `file`',
  missing_file_field: 'the form has no file with a name in the field `file`',
  file_too_large: `file: must be at most ${LAB_FILE_MAX_BYTES} bytes`,
  unsupported_file_type: 'file: must be a PDF, PNG or JPEG, and be what its name and type say',
};

function unknownUpload(): ApiError {
  return new ApiError('not_found', 'there is no such lab report');
}

function missingFile(): ApiError {
  return new ApiError('not_found', 'the file of this upload is no longer kept; upload it again');
}

/** The answer to a file that was sent to Terra, for the first time or again. */
function sentAnswer(sent: LabRetry): LabUploaded {
  switch (sent.state) {
    case 'accepted':
      return {
        ok: true,
        upload_id: sent.uploadId,
        storage_key: sent.storageKey,
        terra_status: sent.terraStatus,
        note: 'Terra is reading the report: run `amy sync` in about 30 s',
      };
    case 'refused':
      throw new ApiError(
        'terra_upload_failed',
        `Terra did not take the report (${sent.terraStatus}); the file is kept as upload ${sent.uploadId}, retry later`,
      );
    case 'unknown':
    case 'deleted':
      throw unknownUpload();
    case 'file_missing':
      throw missingFile();
    case 'not_retriable':
      throw new ApiError(
        'not_retriable',
        `${standsAs(sent.terraStatus)}: only a report that failed, or that Terra does not answer, is sent again`,
      );
  }
}

function standsAs(status: string): string {
  return status === 'parsed' ? 'this report has been read' : 'this report is being read';
}

function shownUpload(upload: StoredLabUpload, nowMs: UnixMs): LabUploadShown {
  const reason = uploadReason(upload, nowMs);
  return {
    id: upload.id,
    uploaded_at: upload.uploaded_at,
    original_name: upload.original_name,
    sha256: upload.sha256,
    kind: storedExtension(upload.storage_key),
    terra_status: upload.terra_status,
    parsed_at: upload.parsed_at,
    reason: reason?.text ?? null,
    retry_can_help: reason?.canRetryHelp ?? false,
  };
}

const shownColumns = z.object({
  value: z.number().nullable(),
  operator: z.string().nullable(),
  value_text: z.string().nullable(),
  unit: z.string().nullable(),
  ref_low: z.number().nullable(),
  ref_high: z.number().nullable(),
  status: z.string().nullable(),
});

function shownBiomarker({ code, drawDate, columns }: ReportedBiomarker) {
  return { code, draw_date: drawDate, ...shownColumns.parse(columns) };
}

/** RFC 8187: what is not a letter, a digit or one of a few marks is percent-encoded. */
function encodeName(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Where a page of uploads ended. */
const position = z.tuple([z.string().max(30), z.number().int()]);
