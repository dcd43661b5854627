import { type OwnEvent, ownEventPage } from '../../../cloud/src/contract/events.ts';
import { LIST_LIMIT_MAX } from '../../../cloud/src/contract/parameters.ts';
import { AmyError } from '../errors.ts';
import { type Access, parseAnswer, sendingOf } from './api.ts';
import { everyPage } from './every-page.ts';
import { addressOf, readBody, sendPatiently, textOf } from './exchange.ts';

/** Every event of the person, newest first. Throws as `ask` does, and `other_version` where the server has no such list. */
export function fetchEvents(access: Access): Promise<OwnEvent[]> {
  const sending = sendingOf(access, 'application/json', {});
  return everyPage(async (cursor) => {
    const query = new URLSearchParams({ limit: String(LIST_LIMIT_MAX), ...(cursor && { cursor }) });
    const request = new Request(`${access.server}/v1/events?${query}`);
    const response = await sendPatiently(request, sending).catch((error: unknown) => {
      throw error instanceof AmyError && error.status === 404 ? withoutList(access) : error;
    });
    return parseAnswer(
      textOf(await readBody(response, sending.timeoutMs)),
      ownEventPage,
      addressOf(response.url),
    );
  });
}

function withoutList({ server }: Access): AmyError {
  return new AmyError('other_version', `${server} cannot list your events: it runs another version of Amy`);
}
