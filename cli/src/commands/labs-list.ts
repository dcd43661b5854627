import { type LabUploadShown, labUploadList } from '../../../cloud/src/contract/labs.ts';
import { LIST_LIMIT_MAX } from '../../../cloud/src/contract/parameters.ts';
import { type Access, ask } from '../api/api.ts';
import { everyPage } from '../api/every-page.ts';
import { type IdKind, pickId } from './pick-id.ts';

const REPORT_ID: IdKind = { noun: 'lab report', shownBy: 'amy labs list' };

/** Every report of the person, newest first. */
export function fetchReports(access: Access): Promise<LabUploadShown[]> {
  const limit = String(LIST_LIMIT_MAX);
  return everyPage((cursor) =>
    ask(access, (api) => api.v1.labs.$get({ query: { limit, cursor } }), labUploadList),
  );
}

/** The id of the report that is meant. Throws as `pickId` does. */
export function pickReport(access: Access, typed: string): Promise<string> {
  return pickId(typed, REPORT_ID, async () => (await fetchReports(access)).map(({ id }) => id));
}
