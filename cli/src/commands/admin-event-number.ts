import { InvalidArgumentError } from 'commander';

/** What a number of an event looks like; every id of a request or a person has something else in it. */
const EVENT_NUMBER = /^[1-9]\d{0,14}$/;

/** The number of an event, as it was typed. Throws InvalidArgumentError, before anybody is asked. */
export function parseEventNumber(text: string): string {
  if (EVENT_NUMBER.test(text)) return text;
  throw new InvalidArgumentError('It must be the number of an event, such as 4711.');
}
