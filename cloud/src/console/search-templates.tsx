import { EVENT_STATES, type EventStateName, SEARCHED_TEXT_CHARS_MIN } from '../contract/event-filter.ts';
import { RESOLVE_NOTE_CHARS_MAX } from '../limits.ts';

const STATES: Readonly<Record<EventStateName, string>> = {
  open: 'open: needs you',
  unprocessed: 'unprocessed',
  backlog: 'backlog: on its way',
  parked: 'parked: an error keeps it',
  dead_lettered: 'dead letter: given up',
  normalized: 'normalized: its rows are in',
  partial: 'partial: an item was refused',
  skipped: 'skipped on purpose',
  resolved: 'resolved by an operator',
};

const TEXTS = [
  ['type', 'Type', 'daily'],
  ['provider', 'Provider', 'OURA'],
  ['user_id', 'Person', 'user_...'],
  ['terra_user_id', 'Terra id', ''],
  ['error', 'Error, or how it begins', ''],
  ['text', 'Text inside of the body', ''],
] as const;

/** What needs an operator. */
export function OpenTemplate() {
  return (
    <template id="view-open">
      <section aria-labelledby="title">
        <h1 id="title" tabindex={-1}>
          What needs you
        </h1>
        <p class="muted">
          Events that an error keeps or that were given up, and those of which an item was refused, until
          somebody resolves them. The newest first.
        </p>
        <EventList />
      </section>
    </template>
  );
}

export function SearchTemplate() {
  return (
    <template id="view-search">
      <section aria-labelledby="title">
        <h1 id="title" tabindex={-1}>
          Search the events
        </h1>
        <form id="filters" aria-label="Filters">
          <div class="fields">
            <div>
              <label for="state">State</label>
              <select id="state" name="state">
                <option value="">any</option>
                {EVENT_STATES.map((state) => (
                  <option value={state}>{STATES[state]}</option>
                ))}
              </select>
            </div>
            {TEXTS.map(([name, label, example]) => (
              <div>
                <label for={name}>{label}</label>
                <input id={name} name={name} placeholder={example} autocomplete="off" spellcheck={false} />
              </div>
            ))}
            <div>
              <label for="since">Received since</label>
              <input id="since" name="since" type="datetime-local" step={1} />
            </div>
            <div>
              <label for="until">Received before</label>
              <input id="until" name="until" type="datetime-local" step={1} />
            </div>
          </div>
          <p class="muted">
            A text has {SEARCHED_TEXT_CHARS_MIN} characters at least and is searched for within the last 7
            days: say since when.
          </p>
          <button type="submit">Search</button>
        </form>
        <h2>Found</h2>
        <EventList />
        <Bulk />
      </section>
    </template>
  );
}

function EventList() {
  return (
    <>
      <p id="found"></p>
      <ol id="events" class="plain cards" aria-label="Events"></ol>
      <p id="pages" class="acts"></p>
    </>
  );
}

/** What is done about everything that a search finds: counted first. */
function Bulk() {
  return (
    <form id="bulk" aria-labelledby="bulk-title">
      <h2 id="bulk-title">Everything that this search finds</h2>
      <p id="bulk-none" class="muted">
        Say at least one filter: without any, every event would be meant.
      </p>
      <fieldset id="bulk-fields" hidden>
        <legend>What is to be done</legend>
        <label class="one">
          <input type="radio" name="act" value="replay" checked />
          Replay: normalize again. Sign-ins that took effect are left out, unless the type names them.
        </label>
        <label class="one">
          <input type="radio" name="act" value="resolve" />
          Resolve: take off the list of what needs you.
        </label>
        <label for="bulk-note">Note, for resolving</label>
        <input id="bulk-note" maxlength={RESOLVE_NOTE_CHARS_MAX} autocomplete="off" />
        <div class="acts">
          <button type="submit">Count first</button>
          <button id="bulk-act" type="button" class="danger" hidden></button>
          <button id="bulk-stop" type="button" class="quiet" hidden>
            Stop
          </button>
        </div>
      </fieldset>
    </form>
  );
}
