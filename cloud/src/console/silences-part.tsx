/** Connections whose data is overdue. */
export function SilencesPart() {
  return (
    <div id="silences">
      <h2>Silences</h2>
      <p class="muted">
        Connections whose data is overdue by their own habit, and days that are missing in between.
      </p>
      <ul id="silence-list" class="plain cards"></ul>
      <p id="silences-more"></p>
    </div>
  );
}
