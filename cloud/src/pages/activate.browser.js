// @ts-check

/**
 * Where a person signs in and comes back from. `account` is null of nobody; `token` is a fresh one, null where
 * the sign-in has ended meanwhile.
 * @typedef {object} Identity
 * @property {() => Promise<string | null>} account
 * @property {() => Promise<void>} signIn
 * @property {() => Promise<void>} signOut
 * @property {() => Promise<string | null>} token
 */

/**
 * What is used of Clerk's script.
 * @typedef {object} Clerk
 * @property {(options: { telemetry: false }) => Promise<void>} load
 * @property {{ id: string, primaryEmailAddress?: { emailAddress: string } | null } | null | undefined} user
 * @property {{ getToken(): Promise<string | null> } | null | undefined} session
 * @property {(options: { signInForceRedirectUrl: string, signUpForceRedirectUrl: string }) => Promise<unknown>} redirectToSignIn
 * @property {(options: { redirectUrl: string }) => Promise<unknown>} signOut
 */

/** What an answer of the API comes to. @typedef {{ status: number, body: any }} Answer */

const page = byId('activate');
/** @type {HTMLInputElement} */
const codeField = /** @type {any} */ (byId('user-code'));
const steps = ['step-sign-in', 'step-code', 'step-decide', 'step-done'];

/** @param {string} id @returns {HTMLElement} */
function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no ${id}`);
  return element;
}

/** This page, with the code that was typed so far. */
function here() {
  const url = new URL(location.pathname, location.origin);
  if (codeField.value !== '') url.searchParams.set('user_code', codeField.value);
  return url.href;
}

/** @returns {Promise<Identity | null>} */
async function findIdentity() {
  const { identity, origin = '', key = '', script = '' } = page.dataset;
  if (identity === 'clerk') return clerkIdentity(key, script);
  if (identity === 'local') return localIdentity(origin);
  return null;
}

/** @param {string} key @param {string} source @returns {Promise<Identity>} */
async function clerkIdentity(key, source) {
  await new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = source;
    script.crossOrigin = 'anonymous';
    script.dataset.clerkPublishableKey = key;
    script.addEventListener('load', resolve);
    script.addEventListener('error', () => reject(new Error('the sign-in could not be loaded')));
    document.head.append(script);
  });
  const clerk = /** @type {Clerk} */ (/** @type {any} */ (window).Clerk);
  await clerk.load({ telemetry: false });
  return {
    account: async () => clerk.user?.primaryEmailAddress?.emailAddress ?? clerk.user?.id ?? null,
    signIn: async () => {
      await clerk.redirectToSignIn({ signInForceRedirectUrl: here(), signUpForceRedirectUrl: here() });
    },
    signOut: async () => {
      await clerk.signOut({ redirectUrl: here() });
    },
    token: async () => (await clerk.session?.getToken()) ?? null,
  };
}

/**
 * The local stack's issuer: it sends the browser back with its session behind the `#`.
 * @param {string} origin
 * @returns {Identity}
 */
function localIdentity(origin) {
  const STORED = 'amy-local-session';
  const returned = new URLSearchParams(location.hash.slice(1)).get('session');
  if (returned !== null) {
    sessionStorage.setItem(STORED, returned);
    history.replaceState(null, '', here());
  }
  const issued = async () => {
    const session = sessionStorage.getItem(STORED);
    if (session === null) return null;
    const response = await fetch(`${origin}/token`, { method: 'POST', body: JSON.stringify({ session }) });
    return response.ok ? response.json() : null;
  };
  return {
    account: async () => (await issued())?.account ?? null,
    signIn: async () => {
      location.assign(`${origin}/sign-in?redirect_url=${encodeURIComponent(here())}`);
    },
    signOut: async () => {
      sessionStorage.removeItem(STORED);
      location.assign(here());
    },
    token: async () => (await issued())?.token ?? null,
  };
}

/** @param {string} text */
function say(text) {
  byId('status').textContent = text;
}

/** Shows one step and puts the reader at its title. @param {string} id */
function show(id) {
  for (const step of steps) byId(step).hidden = step !== id;
  const title = byId(id).querySelector('h2');
  if (title instanceof HTMLElement) title.focus();
}

/** @param {Identity} identity @param {string} path @param {object} [sent] @returns {Promise<Answer>} */
async function ask(identity, path, sent) {
  const token = await identity.token();
  if (token === null) return { status: 401, body: null };
  const response = await fetch(path, {
    headers: { authorization: `Bearer ${token}` },
    ...(sent === undefined ? {} : { method: 'POST', body: JSON.stringify(sent) }),
  });
  return { status: response.status, body: await response.json() };
}

/** Says why an answer is no success. @param {Answer} answer */
function refuse({ status, body }) {
  if (status === 401) {
    show('step-sign-in');
    say(`You are not signed in${body === null ? '' : `: ${body.error.message}`}.`);
  } else if (status === 404) {
    show('step-code');
    say('No device waits under this code. It may have expired: look at the code the device shows now.');
    codeField.focus();
  } else {
    fail(body.error.message);
  }
}

/** Says what went wrong. Where no step is shown yet the code's is, so that one can go on. @param {string} why */
function fail(why) {
  if (steps.every((step) => byId(step).hidden)) show('step-code');
  say(`That did not work: ${why}. Try again.`);
}

/** @param {Identity} identity */
async function lookUp(identity) {
  const answer = await ask(identity, `/v1/auth/device/${encodeURIComponent(codeField.value)}`);
  if (answer.status !== 200) return refuse(answer);
  byId('client').textContent = answer.body.client;
  byId('code').textContent = codeField.value.trim().toUpperCase();
  byId('asked-at').textContent = new Date(answer.body.created_at).toLocaleString();
  say('');
  show('step-decide');
}

/** @param {Identity} identity @param {boolean} approve */
async function decide(identity, approve) {
  const sent = { user_code: codeField.value, approve };
  const answer = await ask(identity, '/v1/auth/device/approve', sent);
  if (answer.status !== 200) return refuse(answer);
  byId('done-title').textContent = approve ? 'Approved' : 'Denied';
  byId('done-text').textContent = approve
    ? `${answer.body.client} is signed in. You can close this page.`
    : `${answer.body.client} was not signed in. You can close this page.`;
  say('');
  show('step-done');
}

/** Runs what a button does, once at a time. @param {() => Promise<unknown>} act */
async function act(act) {
  const buttons = [...document.querySelectorAll('button')];
  for (const button of buttons) button.disabled = true;
  try {
    await act();
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

/** Until it is known how one signs in here, going on with a code loads the page anew. */
let goOn = () => location.assign(here());

/** @param {Identity} identity */
function listen(identity) {
  /** @param {string} id @param {() => Promise<unknown>} does */
  const onClick = (id, does) => byId(id).addEventListener('click', () => act(does));
  onClick('sign-in', identity.signIn);
  onClick('sign-out', identity.signOut);
  onClick('approve', () => decide(identity, true));
  onClick('deny', () => decide(identity, false));
  goOn = () => void act(() => lookUp(identity));
}

byId('step-code').addEventListener('submit', (event) => {
  event.preventDefault();
  goOn();
});

await act(async () => {
  say('One moment…');
  const identity = await findIdentity();
  if (identity === null) return say('Signing in on this page is not set up on this server.');
  listen(identity);
  const account = await identity.account();
  say('');
  if (account === null) return show('step-sign-in');
  byId('account').hidden = false;
  byId('account-name').textContent = account;
  if (codeField.value === '') show('step-code');
  else await lookUp(identity);
});
