import { IMPORT_DAYS_MAX } from '../contract/import.ts';
import { ApiError } from '../errors.ts';
import { type ImportRequest, requestImport } from '../imports/request-import.ts';
import { IMPORT_DAYS_A_DAY, LOST_RACE_RETRY_AFTER_S } from '../limits.ts';

/** The import that now runs for the person. Throws `rate_limited` past their days, `unavailable` after lost races. */
export async function askedImport(
  env: Env,
  request: ImportRequest,
): Promise<{ import_id: string; days: number; requests: number }> {
  const raced = await requestImport(env, { ...request, days: Math.min(request.days, IMPORT_DAYS_MAX) });
  if (raced.state === 'lost_race') {
    throw new ApiError('unavailable', 'other imports were asked for at the same time; try again', {
      retryAfterSeconds: LOST_RACE_RETRY_AFTER_S,
    });
  }
  const asked = raced.value;
  switch (asked.state) {
    case 'asked': {
      const { id, days, requests } = asked.import;
      return { import_id: id, days, requests };
    }
    case 'over_budget':
      throw new ApiError(
        'rate_limited',
        `imports asked for as many days as a person may within 24 hours (${IMPORT_DAYS_A_DAY}, days times connections); ` +
          `try again later, or ask for fewer days: at most ${asked.daysMax} at once`,
        { retryAfterSeconds: asked.retryAfterSeconds },
      );
  }
}
