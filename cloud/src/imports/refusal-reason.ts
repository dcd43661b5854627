import { CONNECTION_MOVED, PAUSED, TERRA_DAYS_AN_HOUR, WAITS_FOR_LIMIT } from '../limits.ts';

/** What of Terra's words a person is shown. */
const WORDS_MAX_CHARS = 160;

/** `http <status>: <body>`, as a request in the outbox keeps a refusal. */
const REFUSAL = /^http (\d{3}):/;
/** Terra's own words in a problem document or an older error. The body may be cut, so it is not parsed. */
const WORDS = /"(?:detail|message|error)"\s*:\s*"((?:[^"\\]|\\.)*)/;
/** Ids and addresses: of users at Terra, of ours, of requests. */
const IDS = /\b(?:https?:\/\/\S+|user_\w+|[0-9a-f]{8}-[0-9a-f-]{8,}|[0-9a-f]{16,}|\d{6,}|\S+@\S+)/gi;

/**
 * Why Terra did not take a request, for the person: its status, its own words shortened and without ids, and
 * what to do where we know. A body that says nothing readable is left out.
 */
export function reasonOfRefusal(error: string): string {
  if (error === WAITS_FOR_LIMIT) {
    return `Terra may be asked for ${TERRA_DAYS_AN_HOUR.toLocaleString('en-US')} days of one device in an hour`;
  }
  if (error === PAUSED) return 'requests to Terra are paused, and go on by themselves later';
  if (error === CONNECTION_MOVED) return 'the connection turned out to be somebody else’s';
  const status = REFUSAL.exec(error)?.[1];
  if (status === undefined) return 'Terra could not be reached';
  const words = (WORDS.exec(error)?.[1] ?? '').replace(IDS, '...').trim().slice(0, WORDS_MAX_CHARS);
  const said = words === '' ? `Terra answered ${status}` : `Terra answered ${status}: ${words}`;
  const remedy = REMEDIES[status];
  return remedy === undefined ? said : `${said}; ${remedy}`;
}

const REMEDIES: Readonly<Record<string, string>> = {
  '403': 'allow it at the provider, or connect the device again',
  '404': 'connect the device again',
  '429': 'a limit is reached, ask again later',
};
