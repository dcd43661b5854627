import { z } from 'zod';

export const LAB_FILE_MAX_BYTES = 10 * 1024 * 1024;

/** 200 of `POST /v1/labs/upload`. */
export const labUploaded = z.object({
  ok: z.literal(true),
  upload_id: z.string(),
  storage_key: z.string(),
  terra_status: z.string(),
  note: z.string(),
});

export type LabUploaded = z.infer<typeof labUploaded>;
