import type { Chaos } from './delivery/chaos.ts';
import type { LabShape } from './labs/report.ts';

export type LabOptions = {
  readonly shape: LabShape;
  /** The original API wants the multipart field `files`, the newer one `file`. */
  readonly field: 'files' | 'file';
  /** Leave `upload_id` out of the newer events. */
  readonly omitUploadId: boolean;
};

export type TerraOptions = {
  readonly seed: number;
  /** YYYY-MM-DD, the last date anybody has data for. All content depends on this and the seed alone. */
  readonly today: string;
  /** Told apart from other runs of the same seed by the references of its requests, which Terra never repeats. */
  readonly run?: string;
  /** The signing secret. */
  readonly secret: string;
  /** Loopback only. Without one deliveries wait until `pointWebhookAt`. */
  readonly webhookUrl?: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly devId?: string;
  readonly apiKey?: string;
  readonly retryDelaysMs?: readonly number[];
  readonly concurrency?: number;
  readonly timeoutMs?: number;
  /** Off, `deliveries()` has no bodies: for runs too long to keep them. */
  readonly keepBodies?: boolean;
  readonly chaos?: Partial<Chaos>;
  readonly labs?: Partial<LabOptions>;
  /** Whether chunks are sent under `<reference>:chunk:<n>`. */
  readonly chunkSuffix?: boolean;
  /** `GET /userInfo?reference_id=` answers a bare array as published, or the older `{users}`. */
  readonly userInfo?: 'array' | 'users';
  /** Unix ms, for signatures, ordering timestamps and expiry; never for content. */
  readonly clock?: () => number;
};

export const DEFAULT_DEV_ID = 'local-dev-id';
export const DEFAULT_API_KEY = 'local-api-key';
export const DEFAULT_LABS: LabOptions = { shape: 'completed-layered', field: 'files', omitUploadId: false };
