import { raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { CONSOLE_SCRIPT } from './console-script.ts';
import { CONSOLE_STYLE } from './console-style.ts';
import { EventTemplate, RequestTemplate } from './event-templates.tsx';
import { HealthTemplate } from './health-template.tsx';
import { PersonTemplate } from './person-template.tsx';
import { OpenTemplate, SearchTemplate } from './search-templates.tsx';

const PLACES = [
  ['#/', 'Health'],
  ['#/open', 'Needs you'],
  ['#/search', 'Search'],
  ['#/request', 'Request'],
  ['#/person', 'Person'],
] as const;

/**
 * The operator's console. It holds no data: the script asks the routes of `/admin` for it, under the key that is typed
 * in. Each view is a template, of which a fresh copy is shown, so that nothing of what was left stays on the page.
 */
export function consolePage(host: string, nonce: string): HtmlEscapedString | Promise<HtmlEscapedString> {
  return (
    <>
      {raw('<!doctype html>\n')}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>Amy console on {host}</title>
          <style nonce={nonce}>{raw(CONSOLE_STYLE)}</style>
        </head>
        <body>
          <a id="skip" href="#main">
            Skip to the content
          </a>
          <header>
            <p class="brand">
              <a href="/">Amy</a> console <span>on {host}</span>
            </p>
            <nav id="places" aria-label="Console" hidden>
              <ul>
                {PLACES.map(([address, name]) => (
                  <li>
                    <a href={address}>{name}</a>
                  </li>
                ))}
              </ul>
            </nav>
            <button id="forget" type="button" class="quiet" hidden>
              Forget the key
            </button>
          </header>
          <main id="main" tabindex={-1}>
            <p id="problem" role="alert"></p>
            <p id="status" role="status"></p>
            <KeyForm host={host} />
            <div id="view"></div>
            <noscript>
              <p>This page needs JavaScript.</p>
            </noscript>
          </main>
          <footer class="muted">
            Times are by this device’s clock; pointed at, they show the server’s own.
          </footer>
          <HealthTemplate />
          <OpenTemplate />
          <SearchTemplate />
          <EventTemplate />
          <RequestTemplate />
          <PersonTemplate />
          <script type="module" nonce={nonce}>
            {raw(CONSOLE_SCRIPT)}
          </script>
        </body>
      </html>
    </>
  );
}

function KeyForm({ host }: { readonly host: string }) {
  return (
    <form id="key-form" aria-labelledby="key-title" hidden>
      <h1 id="key-title" tabindex={-1}>
        The operator’s key
      </h1>
      <p>
        This page is for whoever runs the server <strong>{host}</strong>: it shows what came in and what
        became of it, and sets right what went wrong.
      </p>
      <label for="key">Key of this deployment (AMY_ADMIN_KEY)</label>
      <input
        id="key"
        type="password"
        required
        autocomplete="off"
        spellcheck={false}
        aria-describedby="key-note"
      />
      <p id="key-note" class="muted">
        It is kept for this tab alone, until you close it or press “Forget the key”, and goes to this server
        as a header, never in an address.
      </p>
      <button type="submit">Open</button>
    </form>
  );
}
