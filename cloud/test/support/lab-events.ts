import { env } from 'cloudflare:test';
import type { UserId } from '../../src/ids.ts';
import { formWith, PDF, uploadForm } from './lab-files.ts';
import { newUser, rowsOf } from './stack.ts';
import { type FarTerra, newTerra } from './terra.ts';

/** A person's upload that Terra took under its own id. */
export type Uploaded = {
  readonly user: UserId;
  readonly uploadId: string;
  readonly sessionId: string;
  readonly terra: FarTerra;
};

/** Ids of an upload that is still to be made. */
export async function plannedUpload(user = newUser()): Promise<Uploaded> {
  const terra = newTerra();
  const uploadId = `upl_${crypto.randomUUID()}`;
  await terra.answers('/lab-reports', 202, { upload_id: uploadId });
  return { user, uploadId, sessionId: crypto.randomUUID(), terra };
}

export async function upload(planned: Uploaded): Promise<void> {
  const response = await uploadForm(planned.user, formWith(PDF), planned.terra.env);
  if (response.status !== 200) throw new Error(`the upload answered ${response.status}`);
}

export async function newUpload(user = newUser()): Promise<Uploaded> {
  const planned = await plannedUpload(user);
  await upload(planned);
  return planned;
}

const FLAT = { biomarker: 'glucose', value: 90, unit: 'mg/dL', collection_date: '2026-02-01' };
const LAYERED = {
  source: { name: 'Glucose', value: '90', units: 'mg/dL', collection_date: '2026-02-01' },
  biomarker: { key: 'glucose', display_name: 'Glucose' },
  measurement: { type: 'numeric', numeric: 90, units: 'mg/dL', ucum_code: 'mg/dL' },
};

type Body = Record<string, unknown>;
type Named = Pick<Uploaded, 'uploadId' | 'sessionId'>;

/** One glucose of 90 mg/dL, in each shape results have come in. */
export const SHAPES: readonly (readonly [string, (of: Named) => Body])[] = [
  ['untyped', ({ uploadId }) => ({ upload_id: uploadId, data: [{ results: [FLAT] }] })],
  [
    'typed and flat',
    ({ uploadId, sessionId }) => ({
      type: 'lab_report',
      upload_id: uploadId,
      session_id: sessionId,
      results: [FLAT],
    }),
  ],
  ['enveloped and flat', (of) => completed(of, FLAT)],
  ['enveloped and layered', (of) => completed(of, LAYERED)],
];

/** `lab_report.completed`; `more` replaces parts of the envelope. */
export function completed({ uploadId, sessionId }: Named, result: Body = FLAT, more: Body = {}): Body {
  return {
    type: 'lab_report.completed',
    event_id: crypto.randomUUID(),
    occurred_at: '2026-02-02T08:00:00Z',
    upload_id: uploadId,
    data: { session_id: sessionId, results: [result] },
    ...more,
  };
}

/** `lab_report.failed`; `more` replaces parts of the envelope. */
export function failed({ uploadId, sessionId }: Named, code = 'file_unreadable', more: Body = {}): Body {
  return {
    type: 'lab_report.failed',
    event_id: crypto.randomUUID(),
    occurred_at: '2026-02-02T08:00:00Z',
    upload_id: uploadId,
    data: { session_id: sessionId, error: { code, message: 'no', retriable: false } },
    ...more,
  };
}

/** The same event without Terra's upload id, as Terra's own example of a failure is. */
export function withoutUploadId({ upload_id: _, ...event }: Body): Body {
  return event;
}

/** `[code, value]` of what a person has from labs. */
export async function labValuesOf(user: string): Promise<unknown[]> {
  return (await rowsOf('biomarkers_raw', user)).map(({ code, value }) => [code, value]);
}

/** `[terra_status, parsed_at]` of a person's uploads, oldest first. */
export async function uploadStates(user: string): Promise<unknown[]> {
  return env.DB.prepare('select terra_status, parsed_at from lab_uploads where user_id = ? order by rowid')
    .bind(user)
    .raw();
}
