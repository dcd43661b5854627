import { type Session, sessionList } from '../../../cloud/src/contract/auth.ts';
import { LIST_LIMIT_MAX } from '../../../cloud/src/contract/parameters.ts';
import { type Access, ask } from '../api/api.ts';
import { everyPage } from '../api/every-page.ts';

/** Where the person is signed in, newest first. */
export function fetchSessions(access: Access): Promise<Session[]> {
  const limit = String(LIST_LIMIT_MAX);
  return everyPage((cursor) =>
    ask(access, (api) => api.v1.auth.sessions.$get({ query: { limit, cursor } }), sessionList),
  );
}
