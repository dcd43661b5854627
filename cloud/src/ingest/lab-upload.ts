import { isoTime, sqliteTime } from '../clock.ts';
import { errorText } from '../errors.ts';
import { FIRST_ATTEMPT_GRACE_MS } from '../limits.ts';
import { log } from '../log.ts';
import { releaseForLabUploads } from '../store/event-statements.ts';
import { insertLabUpload, recordUploadAnswer } from '../store/lab-uploads.ts';
import { bindAll } from '../store/statements.ts';
import { writeTraces } from '../store/traces.ts';
import { uploadLabReport } from '../terra/client.ts';
import { storedExtension } from './lab-file.ts';
import { sendMessages } from './messages.ts';

export type LabUploadResult = {
  readonly uploadId: string;
  readonly storageKey: string;
  readonly terraStatus: string;
  readonly isAccepted: boolean;
};

export type UploadContext = { readonly userId: string; readonly requestId: string; readonly nowMs: number };

/** Keeps the file, then asks Terra to read it. Whatever Terra does, the file and its row stay, for a retry. */
export async function keepAndForward(env: Env, file: File, context: UploadContext): Promise<LabUploadResult> {
  const { userId, nowMs } = context;
  const uploadId = crypto.randomUUID();
  const storageKey = `lab-uploads/${userId}/${uploadId}.${storedExtension(file.name)}`;
  await env.LAB_REPORTS.put(storageKey, await file.arrayBuffer(), {
    httpMetadata: { contentType: file.type === '' ? 'application/pdf' : file.type },
    customMetadata: { user_id: userId, original_name: file.name },
  });
  await env.DB.batch(bindAll(env.DB, insertLabUpload({ id: uploadId, userId, storageKey }, isoTime(nowMs))));
  const terraStatus = await forward(env, file, uploadId, context);
  return { uploadId, storageKey, terraStatus, isAccepted: terraStatus === 'submitted' };
}

/** Sends the file to Terra and records the answer; answers the status it has now. */
async function forward(env: Env, file: File, uploadId: string, context: UploadContext): Promise<string> {
  const { userId, requestId } = context;
  const answer = await uploadLabReport(env, userId, file);
  const terraStatus = answer.ok ? 'submitted' : `failed:${answer.status ?? 'network'}`;
  const terraUploadId = answer.ok ? answer.body.upload_id : null;
  const nowMs = Date.now();
  const recorded = recordUploadAnswer(
    {
      userId,
      id: uploadId,
      terraStatus,
      terraUploadId,
      terraResponse: answer.ok ? JSON.stringify(answer.body) : answer.text,
    },
    isoTime(nowMs),
  );
  const traced = writeTraces(
    [
      {
        level: answer.ok ? 'info' : 'error',
        event: 'lab_uploaded',
        userId,
        requestId,
        message: terraStatus,
        details: { upload_id: uploadId },
      },
    ],
    sqliteTime(nowMs),
  );
  const released = releaseForLabUploads(
    terraUploadId === null ? [] : [terraUploadId],
    isoTime(nowMs + FIRST_ATTEMPT_GRACE_MS),
  );
  const answers = await env.DB.batch<Record<string, unknown>>(
    bindAll(env.DB, [...recorded, ...traced, ...released]),
  );
  const rows = released.length === 0 ? [] : (answers.at(-1)?.results ?? []);
  await enqueueReleased(env, rows, requestId);
  return terraStatus;
}

/** If the queue does not take them, the drain does: released rows have no error and no attempts. */
async function enqueueReleased(
  env: Env,
  rows: readonly Record<string, unknown>[],
  requestId: string,
): Promise<void> {
  try {
    await sendMessages(
      env.TERRA_EVENTS,
      rows.map((row) => ({ rawEventId: Number(row.id), bytes: Number(row.payload_bytes ?? 0), requestId })),
    );
  } catch (error) {
    log('warn', 'follow_up_not_sent', {
      request_id: requestId,
      message: errorText(error),
      released: rows.length,
    });
  }
}
