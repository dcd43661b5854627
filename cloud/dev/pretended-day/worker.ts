// First: whatever the Worker reads from the clock while it loads is pretended too.
import './worker-clock.ts';
import worker from '../../src/index.ts';

/** The Worker on a pretended day: what is served here instead of `cloud/src/index.ts`. */
export default worker;
