import { z } from 'zod';

/** The receipt of `DELETE /v1/me`: counts alone, no ids. */
export const erasureReceipt = z.object({
  ok: z.literal(true),
  deleted: z.record(z.string(), z.number().int()).meta({
    description: 'rows by table, objects (r2_...) and cached keys (kv_keys)',
  }),
  terra_deauthenticated: z.number().int().meta({ description: 'connections that Terra ended' }),
  terra_lab_reports_deleted: z.number().int().meta({ description: 'lab reports that Terra deleted' }),
  terra_failed: z.number().int().meta({
    description: 'what Terra did not take in time; it is asked again for about two days',
  }),
  remaining: z.number().int().meta({
    description: 'what the same ids still find afterwards, in rows and objects: looked up, and 0',
  }),
});

export type Erased = z.infer<typeof erasureReceipt>;
