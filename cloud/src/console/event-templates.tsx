/** One event: everything that is stored of it. */
export function EventTemplate() {
  return (
    <template id="view-event">
      <section aria-labelledby="title">
        <h1 id="title" tabindex={-1}>
          An event
        </h1>
        <p id="state"></p>
        <p id="says"></p>
        <div id="acts" class="acts"></div>
        <h2>Timeline</h2>
        <p id="request"></p>
        <ol id="timeline" class="timeline"></ol>
        <h2>Everything stored</h2>
        <dl id="columns" class="pairs"></dl>
        <div id="bodies"></div>
      </section>
    </template>
  );
}

/** Whatever one request caused, wherever it went. */
export function RequestTemplate() {
  return (
    <template id="view-request">
      <section aria-labelledby="title">
        <h1 id="title" tabindex={-1}>
          A request
        </h1>
        <form id="lookup" aria-label="Request">
          <label for="request-id">Request id, as every answer and log line has it</label>
          <input id="request-id" required autocomplete="off" spellcheck={false} />
          <button type="submit">Show</button>
        </form>
        <div id="shown" hidden>
          <h2>Timeline</h2>
          <p id="found"></p>
          <ol id="timeline" class="timeline"></ol>
        </div>
      </section>
    </template>
  );
}
