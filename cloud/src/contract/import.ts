import { z } from 'zod';

/** Days of history an import asks for; more than the maximum is capped to it. */
export const IMPORT_DAYS_DEFAULT = 90;
export const IMPORT_DAYS_MAX = 1_460;

export const importRequest = z.object({
  days: z.number().int().min(1).default(IMPORT_DAYS_DEFAULT),
});

/** 202 of `POST /v1/import`. `requests` is how many history requests will go to Terra. */
export const importAccepted = z.object({
  import_id: z.string(),
  days: z.number().int(),
  requests: z.number().int(),
});

export type ImportAccepted = z.infer<typeof importAccepted>;
