import type { SignedInBy } from './identity.ts';
import type { UserId } from './ids.ts';

/** What every request's context carries. */
export type App = {
  Bindings: Env;
  Variables: {
    /** UUID of this request: in every log line, trace, message and answer. */
    requestId: string;
  };
};

/** A request of a signed-in person. */
export type PersonApp = App & {
  Variables: App['Variables'] & {
    userId: UserId;
    signedInBy: SignedInBy;
    /** The session their token belongs to; null where the token comes from no login of ours. */
    sessionId: string | null;
  };
};
