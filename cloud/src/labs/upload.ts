import { isoTime, sqliteTime, type UnixMs } from '../clock.ts';
import { errorText } from '../errors.ts';
import type { UserId } from '../ids.ts';
import { FIRST_ATTEMPT_GRACE_MS } from '../limits.ts';
import { log } from '../log.ts';
import { releasedMessage, sendOrLeaveToDrain } from '../queue/outbox.ts';
import { SCHEDULES } from '../queue/retry-policy.ts';
import { storeUploadAnswerStatements, type UploadAnswer } from '../store/lab-upload-answers.ts';
import { storeNewLabUploadStatements } from '../store/lab-uploads.ts';
import { type ReleasedEvent, releaseForLabUploadsStatements } from '../store/releases.ts';
import { runAll } from '../store/statements.ts';
import { storeTracesStatements } from '../store/traces.ts';
import { requireTerraKeys, uploadLabReport } from '../terra/client.ts';
import { deleteLabUpload } from './delete-upload.ts';
import { storedExtension } from './lab-file.ts';

export type LabUploadResult = {
  readonly uploadId: string;
  readonly storageKey: string;
  readonly terraStatus: string;
  /** `deleted`: its person deleted it while Terra was asked, and nothing of it is left. */
  readonly state: 'accepted' | 'refused' | 'deleted';
};

export type UploadContext = { readonly userId: UserId; readonly requestId: string; readonly nowMs: UnixMs };

/** R2 holds 8,192 bytes of metadata an object. */
const ORIGINAL_NAME_MAX_CHARS = 500;
const TERRA_RESPONSE_MAX_CHARS = 2_000;

/**
 * Keeps the file, then asks Terra to read it. Whatever Terra does, the file and its row stay, for a retry.
 * Throws `misconfigured` before anything is kept where the keys to Terra are missing: the row would wait for
 * an answer that nobody can ask for.
 */
export async function keepAndForward(env: Env, file: File, context: UploadContext): Promise<LabUploadResult> {
  requireTerraKeys(env);
  const { userId, nowMs } = context;
  const uploadId = crypto.randomUUID();
  const storageKey = `lab-uploads/${userId}/${uploadId}.${storedExtension(file.name)}`;
  await env.LAB_REPORTS.put(storageKey, await file.arrayBuffer(), {
    httpMetadata: { contentType: file.type === '' ? 'application/pdf' : file.type },
    customMetadata: { user_id: userId, original_name: originalName(file.name) },
  });
  try {
    await runAll(env.DB, storeNewLabUploadStatements({ id: uploadId, userId, storageKey }, isoTime(nowMs)));
  } catch (error) {
    // The person was erased meanwhile: nothing of theirs may stay.
    if (errorText(error).includes('constraint')) await env.LAB_REPORTS.delete(storageKey);
    throw error;
  }
  return forwardToTerra(env, file, { uploadId, storageKey }, context);
}

function originalName(name: string): string {
  return name.slice(0, ORIGINAL_NAME_MAX_CHARS).toWellFormed();
}

/** Sends a kept file to Terra and records the answer. */
export async function forwardToTerra(
  env: Env,
  file: File,
  kept: Pick<LabUploadResult, 'uploadId' | 'storageKey'>,
  context: UploadContext,
): Promise<LabUploadResult> {
  const { userId } = context;
  const answer = await uploadLabReport(env, userId, file);
  const terraStatus = answer.state === 'answered' ? 'submitted' : `failed:${answer.status ?? 'network'}`;
  const terraUploadId = answer.state === 'answered' ? answer.body.upload_id : null;
  const terraResponse =
    answer.state === 'answered'
      ? JSON.stringify(answer.body).slice(0, TERRA_RESPONSE_MAX_CHARS)
      : answer.text;
  const recorded = { userId, id: kept.uploadId, terraStatus, terraUploadId, terraResponse };
  if (await recordAnswer(env, recorded, context)) {
    return { ...kept, terraStatus, state: answer.state === 'answered' ? 'accepted' : 'refused' };
  }
  // What Terra read before its id was marked may be here already.
  const left = { uploadId: kept.uploadId, terraUploadIds: terraUploadId === null ? [] : [terraUploadId] };
  await deleteLabUpload(env, left, context);
  return { ...kept, terraStatus, state: 'deleted' };
}

/** Answers whether the upload is still there. */
async function recordAnswer(env: Env, answer: UploadAnswer, context: UploadContext): Promise<boolean> {
  const { terraStatus, terraUploadId } = answer;
  const nowMs = Date.now();
  const recorded = storeUploadAnswerStatements(answer, isoTime(nowMs));
  const traced = storeTracesStatements(
    [
      {
        level: terraUploadId === null ? 'error' : 'info',
        event: 'lab_uploaded',
        userId: context.userId,
        requestId: context.requestId,
        message: terraStatus,
        details: { upload_id: answer.id },
      },
    ],
    sqliteTime(nowMs),
  );
  const released = releaseForLabUploadsStatements(
    terraUploadId === null ? [] : [terraUploadId],
    isoTime(nowMs + FIRST_ATTEMPT_GRACE_MS),
  );
  const answers = await withRetries(() =>
    runAll<ReleasedEvent>(env.DB, [...recorded, ...traced, ...released]),
  );
  const rows = answers.slice(recorded.length + traced.length).flatMap(({ results }) => results);
  await sendOrLeaveToDrain(env, rows.map(releasedMessage), { request_id: context.requestId });
  return answers[0]?.results.length === 1;
}

/**
 * Terra's answer is known nowhere else, and without its id the result of a report finds no owner. So a write that
 * fails is tried again. `work` may therefore run twice, and must give the same result then.
 */
async function withRetries<Value>(work: () => Promise<Value>): Promise<Value> {
  for (const waitMs of SCHEDULES.lab_forward.waitsMs) {
    try {
      return await work();
    } catch (error) {
      log('warn', 'upload_answer_not_recorded', { message: errorText(error) });
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
  return work();
}
