import { IMPORT_DAYS_MAX } from '../contract/import.ts';
import { SilencesPart } from './silences-part.tsx';

/** What is kept of a person, and what is done for them. */
export function PersonTemplate() {
  return (
    <template id="view-person">
      <section aria-labelledby="title">
        <h1 id="title" tabindex={-1}>
          A person
        </h1>
        <form id="lookup" aria-label="Person">
          <label for="person-id">Person’s id</label>
          <input id="person-id" required autocomplete="off" spellcheck={false} placeholder="user_..." />
          <button type="submit">Show</button>
        </form>
        <div id="shown" hidden>
          <dl id="columns" class="pairs"></dl>
          <h2>Rows</h2>
          <dl id="counts" class="figures"></dl>
          <h2>Connections</h2>
          <ul id="connections" class="plain cards"></ul>
          <SilencesPart />
          <h2>Last events</h2>
          <p id="all-events"></p>
          <ol id="events" class="plain cards" aria-label="Last events"></ol>
          <Import />
          <Rebuild />
        </div>
        <Wipe />
        <Receipt />
      </section>
    </template>
  );
}

function Import() {
  return (
    <form id="import" aria-labelledby="import-title">
      <h2 id="import-title">Ask Terra for their history</h2>
      <label for="days">Days back</label>
      <input id="days" type="number" min={1} max={IMPORT_DAYS_MAX} value="30" required />
      <button type="submit">Import</button>
    </form>
  );
}

function Rebuild() {
  return (
    <>
      <h2>Make their rows anew</h2>
      <p class="muted">
        From the stored events, by the rules of today. A dry run only tells what would change.
      </p>
      <div class="acts">
        <button id="dry-run" type="button">
          Dry run
        </button>
        <button id="rebuild" type="button" class="quiet">
          Rebuild
        </button>
      </div>
      <div id="rebuild-shown" hidden>
        <h3 id="rebuild-title" tabindex={-1}>
          Rebuild
        </h3>
        <dl id="rebuild-figures" class="pairs"></dl>
        <ul id="rebuild-tables" class="plain cards"></ul>
        <ul id="rebuild-samples" class="plain cards"></ul>
      </div>
    </>
  );
}

function Wipe() {
  return (
    <form id="wipe" aria-labelledby="wipe-title" hidden>
      <h2 id="wipe-title">Erase this person</h2>
      <p>
        Everything of theirs is deleted here and at Terra: events, rows, lab reports, connections, sign-ins.
        It cannot be undone.
      </p>
      <label for="typed">
        Type the id to confirm: <code id="wipe-id"></code>
      </label>
      <input id="typed" autocomplete="off" spellcheck={false} />
      <label class="one" id="force-label" hidden>
        <input id="force" type="checkbox" />
        Nobody has this id and nothing names it: mark it as erased all the same.
      </label>
      <button type="submit" class="danger">
        Erase
      </button>
    </form>
  );
}

function Receipt() {
  return (
    <div id="receipt" hidden>
      <h2 id="receipt-title" tabindex={-1}>
        Receipt
      </h2>
      <p id="receipt-says"></p>
      <dl id="receipt-counts" class="pairs"></dl>
    </div>
  );
}
