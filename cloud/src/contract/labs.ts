import { z } from 'zod';
import { listOf } from './parameters.ts';

export const LAB_FILE_MAX_BYTES = 10 * 1024 * 1024;

/** 200 of `POST /v1/labs/upload` and of a retry. */
export const labUploaded = z.object({
  ok: z.literal(true),
  upload_id: z.string(),
  storage_key: z.string(),
  terra_status: z.string(),
  note: z.string(),
});

export type LabUploaded = z.infer<typeof labUploaded>;

/** One upload. Terra's own id and answer stay with us. */
export const labUpload = z.object({
  id: z.string(),
  uploaded_at: z.string().meta({ description: 'ISO 8601 UTC' }),
  original_name: z.string().nullish().meta({ description: 'what the file was called; null of older ones' }),
  sha256: z.string().nullish().meta({ description: 'of the bytes of the file, in hex; null of older ones' }),
  kind: z.enum(['pdf', 'png', 'jpg']).meta({ description: 'what the file is kept as' }),
  terra_status: z.string().meta({
    description: 'pending, submitted, parsed, failed:<http status>, failed:network or failed:terra_<code>',
  }),
  parsed_at: z.string().nullable(),
  reason: z.string().nullable().meta({ description: 'why it failed, in a sentence' }),
  retry_can_help: z.boolean().meta({ description: 'whether sending the same file again may end otherwise' }),
});

export type LabUploadShown = z.infer<typeof labUpload>;

export const labUploadList = listOf(labUpload);

/** A result as the reports of this one upload say it. */
export const reportedBiomarker = z.object({
  code: z.string(),
  draw_date: z.string(),
  value: z.number().nullable().meta({ description: 'of a bound the number beside its operator' }),
  operator: z.string().nullable().meta({ description: '<, <=, > or >= of a bound' }),
  value_text: z.string().nullable().meta({ description: 'what was printed where it is no plain number' }),
  unit: z.string().nullable(),
  ref_low: z.number().nullable(),
  ref_high: z.number().nullable(),
  status: z.string().nullable().meta({ description: 'optimal, borderline, out_of_range, or unknown' }),
});

export const labUploadDetails = labUpload.extend({ biomarkers: z.array(reportedBiomarker) });

export type LabUploadDetails = z.infer<typeof labUploadDetails>;

/** 200 of `DELETE /v1/labs/:id`: rows and objects deleted, by table and store. */
export const labDeleted = z.object({
  ok: z.literal(true),
  deleted: z.record(z.string(), z.number()),
  kept: z
    .number()
    .int()
    .optional()
    .meta({ description: 'values that stay because another report gives them too' }),
});

export type LabDeleted = z.infer<typeof labDeleted>;
