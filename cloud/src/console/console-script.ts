import acts from './acts.browser.js';
import address from './address.browser.js';
import api from './api.browser.js';
import bulk from './bulk.browser.js';
import codes from './codes.browser.js';
import dom from './dom.browser.js';
import event from './event.browser.js';
import events from './events.browser.js';
import health from './health.browser.js';
import main from './main.browser.js';
import needs from './needs.browser.js';
import person from './person.browser.js';
import rebuild from './rebuild.browser.js';
import search from './search.browser.js';
import silences from './silences.browser.js';
import timeline from './timeline.browser.js';
import told from './told.browser.js';
import wipe from './wipe.browser.js';

/** By name, in an order in which each file stands behind those it imports. */
export const CONSOLE_FILES: Readonly<Record<string, string>> = {
  dom,
  told,
  address,
  api,
  codes,
  acts,
  events,
  timeline,
  needs,
  silences,
  health,
  bulk,
  search,
  event,
  rebuild,
  wipe,
  person,
  main,
};

/**
 * The script of the console as one module. The page is the only address that answers without the key, so that its
 * files cannot be loaded one by one: what they import of each other stands before them here, and names are one each.
 */
export const CONSOLE_SCRIPT = Object.values(CONSOLE_FILES).map(withoutModules).join('\n');

function withoutModules(file: string): string {
  return file.replace(/^import [^;]*;\n/gm, '').replace(/^export /gm, '');
}
