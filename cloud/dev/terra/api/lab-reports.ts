import { utcTime } from '../calendar.ts';
import type { JsonObject } from '../json.ts';
import { type LabReport, labEvent } from '../labs/report.ts';
import { LAB_FILE_MAX_BYTES } from '../limits.ts';
import type { LabOptions } from '../options.ts';
import { seedOf } from '../random.ts';
import type { Terra } from '../terra.ts';
import { type Call, jsonReply, notFound, problemReply, type Reply, type Route } from './http.ts';

const SESSION_PREFIX = '/v2/lab-reports/';

type Session = LabReport & { readonly bytes: number; readonly state: 'sent' | 'failed' };

/** `POST`, `GET /lab-reports` and `DELETE /lab-reports/<session>`. `options` is read at each upload. */
export function labReportsRoute(terra: Terra, options: () => LabOptions): Route {
  const sessions = new Map<string, Session>();
  return async (call) => {
    const { pathname, searchParams } = call.url;
    if (pathname === '/v2/lab-reports') {
      if (call.method === 'POST') return await upload(terra, options(), sessions, call);
      if (call.method === 'GET') return list([...sessions.values()], searchParams);
    }
    if (!pathname.startsWith(SESSION_PREFIX)) return null;
    const session = sessions.get(pathname.slice(SESSION_PREFIX.length));
    if (session === undefined) return notFound('lab report session not found');
    if (call.method === 'GET') return jsonReply(200, summary(session));
    if (call.method !== 'DELETE') return null;
    sessions.delete(session.sessionId);
    return { status: 204, headers: {}, body: '' };
  };
}

async function upload(
  terra: Terra,
  options: LabOptions,
  sessions: Map<string, Session>,
  call: Call,
): Promise<Reply> {
  const form = await formOf(call);
  const file = form?.get(options.field) ?? null;
  if (form === null || file === null || typeof file === 'string') {
    return jsonReply(400, {
      status: 'error',
      message: options.field === 'files' ? 'No Files Provided' : 'file is required',
    });
  }
  if (file.size > LAB_FILE_MAX_BYTES) return problemReply(413, 'payload too large', 'max 20 MB');
  const field = form.get('reference_id');
  const referenceId = call.url.searchParams.get('reference_id') ?? (typeof field === 'string' ? field : null);
  const name = terra.nextName('upload');
  const session: Session = {
    uploadId: `upl_${name.slice(-12)}`,
    sessionId: `2974${String(seedOf(name, 'a')).padStart(10, '0')}${String(seedOf(name, 'b') % 10_000).padStart(4, '0')}`,
    referenceId,
    day: terra.today,
    seed: seedOf(terra.seed, 'labs', name),
    omitUploadId: options.omitUploadId,
    bytes: file.size,
    state: options.shape === 'failed' ? 'failed' : 'sent',
  };
  sessions.set(session.sessionId, session);
  return jsonReply(202, { upload_id: session.uploadId, current_status: 'processing' }, () =>
    terra.tell(labEvent(session, options.shape)),
  );
}

/** @returns null for anything but a readable multipart form */
async function formOf(call: Call): Promise<FormData | null> {
  const type = call.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return null;
  try {
    return await new Response(new Uint8Array(call.body), { headers: { 'content-type': type } }).formData();
  } catch {
    return null;
  }
}

function list(sessions: readonly Session[], query: URLSearchParams): Reply {
  const uploadId = query.get('upload_id');
  const referenceId = query.get('reference_id');
  const chosen = sessions.filter(
    (session) =>
      (uploadId === null || session.uploadId === uploadId) &&
      (referenceId === null || session.referenceId === referenceId),
  );
  return jsonReply(200, { sessions: chosen.map(summary) });
}

function summary(session: Session): JsonObject {
  return {
    session_id: session.sessionId,
    upload_id: session.uploadId,
    reference_id: session.referenceId ?? undefined,
    report_type: 'lab',
    current_status: session.state,
    uploaded_at: utcTime(session.day, 8 * 3_600),
    input_bytes: session.bytes,
    file_count: 1,
  };
}
