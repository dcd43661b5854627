import { html, raw } from 'hono/html';
import script from './activate.browser.js';
import { framed, type Html } from './frame.ts';
import type { PageSources } from './policy.ts';
import type { SignIn } from './sign-in.ts';

/** Clerk's script without its widgets: people sign in on Clerk's own page and come back. */
const CLERK_SCRIPT = '/npm/@clerk/clerk-js@5/dist/clerk.headless.browser.js';

/** What the page needs besides itself. */
export function activateSources(signIn: SignIn): PageSources {
  switch (signIn.kind) {
    case 'clerk':
      return { scripts: [signIn.origin], calls: [signIn.origin] };
    case 'local':
      return { scripts: [], calls: [signIn.origin] };
    case 'none':
      return { scripts: [], calls: [] };
  }
}

/** The page where a person approves or denies a device. Tests go by its ids and labels. */
export function activatePage(signIn: SignIn, userCode: string, host: string, nonce: string): Html {
  return framed(
    { title: 'Sign in a device', host, path: '/activate', nonce },
    html`<main id="activate" ${settings(signIn)}>
<h1>Sign in a device</h1>
<p>Here you decide whether a device may see your health data on <strong>${host}</strong>.</p>
<p id="account" hidden>Signed in as <strong id="account-name"></strong>.
<button type="button" id="sign-out" class="quiet">Use another account</button></p>
<p id="status" role="status" aria-live="polite"></p>
<section id="step-sign-in" aria-labelledby="sign-in-title" hidden>
<h2 id="sign-in-title" tabindex="-1">First, sign in</h2>
<p>The device will see the health data of the account you sign in to.</p>
<button type="button" id="sign-in">Sign in</button>
</section>
<form id="step-code" aria-labelledby="code-title" hidden>
<h2 id="code-title" tabindex="-1">Enter the code</h2>
<label for="user-code">Code shown on the device</label>
<input id="user-code" class="code" name="user_code" value="${userCode}" required maxlength="20"
 autocomplete="off" autocapitalize="characters" spellcheck="false" placeholder="XXXX-XXXX">
<button type="submit" id="continue">Continue</button>
</form>
<section id="step-decide" aria-labelledby="decide-title" hidden>
<h2 id="decide-title" tabindex="-1">Do you know this device?</h2>
<dl>
<dt>It calls itself</dt><dd id="client"></dd>
<dt>Code</dt><dd id="code"></dd>
<dt>It asked at</dt><dd id="asked-at"></dd>
</dl>
<p>Approve only if you just began this yourself and the device shows this very code. It will be able to read and
change your data until you sign it out.</p>
<button type="button" id="approve">Approve</button>
<button type="button" id="deny" class="quiet">Deny</button>
</section>
<section id="step-done" aria-labelledby="done-title" hidden>
<h2 id="done-title" tabindex="-1"></h2>
<p id="done-text"></p>
</section>
<noscript><p>This page needs JavaScript.</p></noscript>
</main>
<script type="module" nonce="${nonce}">${raw(script)}</script>`,
  );
}

function settings(signIn: SignIn): readonly Html[] {
  const values: Record<string, string> = { identity: signIn.kind };
  if (signIn.kind !== 'none') values.origin = signIn.origin;
  if (signIn.kind === 'clerk') {
    values.key = signIn.publishableKey;
    values.script = `${signIn.origin}${CLERK_SCRIPT}`;
  }
  return Object.entries(values).map(([name, value]) => html`data-${name}="${value}" `);
}
