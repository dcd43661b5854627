import { isoTime, sqliteTime, type UnixMs } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { errorText } from '../errors.ts';
import type { UserId } from '../ids.ts';
import { FIRST_ATTEMPT_GRACE_MS } from '../limits.ts';
import { log } from '../log.ts';
import { storableText } from '../normalize/text.ts';
import { releasedMessage, sendOrLeaveToDrain, sendRemovalsOrLeaveToSweep } from '../queue/outbox.ts';
import { SCHEDULES } from '../queue/retry-policy.ts';
import { storeUploadAnswerStatements, type UploadAnswer } from '../store/lab-upload-answers.ts';
import { storeNewLabUploadStatements } from '../store/lab-uploads.ts';
import { type ReleasedEvent, releaseForLabUploadsStatements } from '../store/releases.ts';
import { runAll } from '../store/statements.ts';
import { removeErasedUploadStatements, type TerraRemovalRow } from '../store/terra-removals.ts';
import { storeTracesStatements, type Trace } from '../store/traces.ts';
import { requireTerraKeys, uploadLabReport } from '../terra/client.ts';
import { deleteLabUpload } from './delete-upload.ts';
import { type NamedBytes, storedExtension } from './lab-file.ts';

export type LabUploadResult = {
  readonly uploadId: string;
  readonly storageKey: string;
  readonly terraStatus: string;
  /** `deleted`: its person deleted it or was erased while Terra was asked, and nothing of it is left. */
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
export async function keepAndForward(
  env: Env,
  file: NamedBytes,
  context: UploadContext,
): Promise<LabUploadResult> {
  requireTerraKeys(env);
  const { userId, nowMs } = context;
  const uploadId = crypto.randomUUID();
  const storageKey = `lab-uploads/${userId}/${uploadId}.${storedExtension(file.name)}`;
  const originalName = storableText(file.name, ORIGINAL_NAME_MAX_CHARS);
  await env.LAB_REPORTS.put(storageKey, file.bytes, {
    httpMetadata: { contentType: file.type === '' ? 'application/pdf' : file.type },
    customMetadata: { user_id: userId, original_name: originalName ?? '' },
  });
  const answers = await runAll(
    env.DB,
    storeNewLabUploadStatements(
      {
        id: uploadId,
        userId,
        storageKey,
        originalName,
        sha256: sha256Hex(file.bytes),
      },
      isoTime(nowMs),
    ),
  );
  if (answers.at(-1)?.results.length === 0) {
    // The person was erased meanwhile: nothing of theirs may stay, and Terra is not asked.
    await env.LAB_REPORTS.delete(storageKey);
    return { uploadId, storageKey, terraStatus: 'pending', state: 'deleted' };
  }
  return forwardToTerra(env, file, { uploadId, storageKey }, context);
}

/** Sends a kept file to Terra and records the answer. */
export async function forwardToTerra(
  env: Env,
  file: NamedBytes,
  kept: Pick<LabUploadResult, 'uploadId' | 'storageKey'>,
  context: UploadContext,
): Promise<LabUploadResult> {
  const { userId } = context;
  const answer = await uploadLabReport(env, userId, new File([file.bytes], file.name, { type: file.type }));
  const terraStatus = answer.state === 'answered' ? 'submitted' : `failed:${answer.status ?? 'network'}`;
  const terraUploadId = answer.state === 'answered' ? answer.body.upload_id : null;
  const terraResponse =
    answer.state === 'answered'
      ? JSON.stringify(answer.body).slice(0, TERRA_RESPONSE_MAX_CHARS)
      : answer.text;
  const recorded = { userId, id: kept.uploadId, terraStatus, terraUploadId, terraResponse };
  const recording = await recordAnswer(env, recorded, context);
  if (recording === 'recorded') {
    return { ...kept, terraStatus, state: answer.state === 'answered' ? 'accepted' : 'refused' };
  }
  if (recording === 'deleted') {
    // What Terra read before its id was marked may be here already.
    const left = {
      uploadId: kept.uploadId,
      terraUploadIds: terraUploadId === null ? [] : [terraUploadId],
    };
    await deleteLabUpload(env, left, context);
  }
  return { ...kept, terraStatus, state: 'deleted' };
}

/**
 * Whether the upload is still there. Of a person who was erased meanwhile nothing is recorded; what Terra took is to
 * be deleted there, by the outbox.
 */
async function recordAnswer(
  env: Env,
  answer: UploadAnswer,
  context: UploadContext,
): Promise<'recorded' | 'deleted' | 'erased'> {
  const { userId, terraUploadId } = answer;
  const nowMs = Date.now();
  const [now, later] = [isoTime(nowMs), isoTime(nowMs + FIRST_ATTEMPT_GRACE_MS)];
  const recorded = storeUploadAnswerStatements(answer, now);
  const traced = storeTracesStatements([uploadTrace(answer, context)], sqliteTime(nowMs));
  const released = releaseForLabUploadsStatements(terraUploadId === null ? [] : [terraUploadId], now, later);
  const removed =
    terraUploadId === null ? [] : removeErasedUploadStatements(userId, terraUploadId, now, later);
  const answers = await withRetries(() => runAll(env.DB, [...recorded, ...removed, ...traced, ...released]));
  const rows = answers
    .slice(recorded.length + removed.length + traced.length)
    .flatMap(({ results }) => results as ReleasedEvent[]);
  await sendOrLeaveToDrain(env, rows.map(releasedMessage), { request_id: context.requestId });
  if (answers[0]?.results.length === 1) return 'recorded';
  const [, removal] = answers.slice(recorded.length, recorded.length + removed.length);
  const removals = (removal?.results ?? []) as TerraRemovalRow[];
  if (removals.length === 0) return 'deleted';
  await sendRemovalsOrLeaveToSweep(env, removals);
  return 'erased';
}

function uploadTrace(answer: UploadAnswer, { userId, requestId }: UploadContext): Trace {
  return {
    level: answer.terraUploadId === null ? 'error' : 'info',
    event: 'lab_uploaded',
    userId,
    requestId,
    message: answer.terraStatus,
    details: { upload_id: answer.id },
  };
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
