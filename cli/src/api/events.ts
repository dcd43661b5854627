import { type OwnEvent, ownEventPage } from '../../../cloud/src/contract/events.ts';
import { LIST_LIMIT_MAX } from '../../../cloud/src/contract/parameters.ts';
import { AmyError } from '../errors.ts';
import { type Access, ask } from './api.ts';
import { everyPage } from './every-page.ts';

/** Every event of the person, newest first. Throws as `ask` does, and `other_version` where the server has no such list. */
export function fetchEvents(access: Access): Promise<OwnEvent[]> {
  return everyPage((cursor) =>
    ask(
      access,
      (api) => api.v1.events.$get({ query: { limit: String(LIST_LIMIT_MAX), ...(cursor && { cursor }) } }),
      ownEventPage,
    ).catch((error: unknown) => {
      throw error instanceof AmyError && error.status === 404 ? withoutList(access) : error;
    }),
  );
}

function withoutList({ server }: Access): AmyError {
  return new AmyError('other_version', `${server} cannot list your events: it runs another version of Amy`);
}
