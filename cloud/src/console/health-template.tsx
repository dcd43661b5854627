import { SIGNATURE_REASONS, type SignatureReason } from '../contract/stats.ts';
import { EVENT_CODES, type EventCode } from '../event-codes.ts';
import { CONSOLE_BACKLOG_AGE_MS } from '../limits.ts';
import { SilencesPart } from './silences-part.tsx';

const REASONS: Readonly<Record<SignatureReason, string>> = {
  missing: 'no signature at all: not Terra',
  malformed: 'a signature of another form: not Terra',
  mismatch: 'signed with another secret',
  stale: 'signed too long ago',
  future: 'signed ahead of time: a clock is wrong',
};

/** How the ingest stands. What can be said without data, such as what each code means, stands here already. */
export function HealthTemplate() {
  return (
    <template id="view-health" data-backlog-age-ms={CONSOLE_BACKLOG_AGE_MS}>
      <section aria-labelledby="title">
        <h1 id="title" tabindex={-1}>
          How it stands
        </h1>
        <p class="acts">
          <button id="again" type="button" class="quiet">
            Look again
          </button>
        </p>
        <h2>Needs you</h2>
        <ul id="needs" class="plain cards"></ul>
        <h2>Events</h2>
        <dl id="figures" class="figures"></dl>
        <figure>
          <svg id="series" viewBox="0 0 240 40" preserveAspectRatio="none" aria-hidden="true"></svg>
          <figcaption id="series-text" class="muted"></figcaption>
        </figure>
        <p class="acts">
          <button id="drain" type="button" class="quiet">
            Enqueue what is unprocessed, up to 100
          </button>
        </p>
        <h2>Errors by code</h2>
        <p id="no-errors" class="muted" hidden>
          No unresolved errors.
        </p>
        <CodeList />
        <SilencesPart />
        <Signatures />
        <h2>Crons</h2>
        <ul id="crons" class="plain cards"></ul>
        <h2>Calls to Terra</h2>
        <dl id="outbox" class="pairs"></dl>
        <ul id="outbox-reasons" class="plain cards"></ul>
        <p class="acts">
          <button id="outbound" type="button" class="quiet" hidden>
            Pause all calls to Terra
          </button>
        </p>
        <h2>Rebuilds</h2>
        <dl id="rebuilds" class="pairs"></dl>
      </section>
    </template>
  );
}

/** Every code with its sentence; the script shows those that occur, with their number. */
function CodeList() {
  return (
    <ul id="codes" class="plain cards">
      {Object.entries(EVENT_CODES).map(([name, code]: [string, EventCode]) => (
        <li data-code={name} data-released-by={code.releasedBy} hidden>
          <p class="head">
            <a href={code.form === 'any' ? '#/open' : `#/search?error=${name}`}>
              <code>{name}</code>
            </a>
            <strong></strong>
          </p>
          <p data-says>{code.sentence}</p>
          <p class="muted" data-waits>
            {waitsFor(code)}
          </p>
        </li>
      ))}
    </ul>
  );
}

function waitsFor({ releasedBy, drained, state }: EventCode): string {
  if (state === 'skipped') return 'Waits for nothing.';
  const byItself = drained ? ' Tried again by itself for a day.' : '';
  switch (releasedBy) {
    case 'operator':
      return 'Waits for you.';
    case 'connection':
      return `Waits for its connection.${byItself}`;
    case 'upload':
      return `Waits for its upload.${byItself}`;
    case null:
      return `Waits for another attempt.${byItself}`;
  }
}

function Signatures() {
  return (
    <>
      <h2 id="signatures-title">Refused signatures</h2>
      <table id="signatures" aria-labelledby="signatures-title">
        <thead>
          <tr>
            <th scope="col">Reason</th>
            <th scope="col" class="number">
              Hour
            </th>
            <th scope="col" class="number">
              Day
            </th>
          </tr>
        </thead>
        <tbody>
          {SIGNATURE_REASONS.map((reason) => (
            <tr data-reason={reason}>
              <th scope="row">
                <code>{reason}</code>
                <br />
                <span class="muted">{REASONS[reason]}</span>
              </th>
              <td class="number" data-of="last_hour"></td>
              <td class="number" data-of="last_day"></td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
