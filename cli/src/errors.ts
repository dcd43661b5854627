export const EXIT_OK = 0;
export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;
/** Signals by which people and systems end a command, and its exit code then: 128 and the number of the signal, as shells have it. */
export const EXIT_BY_SIGNAL = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
export type EndingSignal = keyof typeof EXIT_BY_SIGNAL;

/** Every exit code, for `amy help exit-codes`. */
export const EXIT_CODES: readonly { readonly code: number; readonly meaning: string }[] = [
  { code: EXIT_OK, meaning: 'done' },
  { code: EXIT_FAILED, meaning: 'failed: the server, the network, a file or the data was in the way' },
  { code: EXIT_USAGE, meaning: 'the command line is wrong, or a question needs an answer, such as --yes' },
  { code: EXIT_BY_SIGNAL.SIGHUP, meaning: 'its terminal was closed' },
  { code: EXIT_BY_SIGNAL.SIGINT, meaning: 'ended by Ctrl-C' },
  {
    code: EXIT_BY_SIGNAL.SIGTERM,
    meaning: 'ended by SIGTERM, as `kill` and a system that shuts down send it',
  },
];

type AmyErrorOptions = {
  readonly exitCode?: number;
  readonly requestId?: string | undefined;
  readonly status?: number;
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
};

/**
 * The one error a command ends with. `message` says what is wrong and what to do about it;
 * `code` is stable, for scripts; `requestId` finds the request in the server's traces.
 */
export class AmyError extends Error {
  readonly code: string;
  readonly exitCode: number;
  readonly requestId: string | undefined;
  /** Of the server's answer, where it is one that failed. */
  readonly status: number | undefined;
  /** How long a busy server asks to be left alone. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: string, message: string, options: AmyErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'AmyError';
    this.code = code;
    this.exitCode = options.exitCode ?? EXIT_FAILED;
    this.requestId = options.requestId;
    this.status = options.status;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Whatever was thrown, as an AmyError; what is not one already is a bug or the machine's fault. */
export function asAmyError(thrown: unknown): AmyError {
  if (thrown instanceof AmyError) return thrown;
  return new AmyError('unexpected', messageOf(thrown), { cause: thrown });
}

/** `no such file or directory` of `ENOENT: no such file or directory, stat '/a/path'`: who reads it knows the path. */
export function systemReason(thrown: unknown): string {
  return messageOf(thrown).replace(/^E[A-Z0-9]+: (.+?), [a-z]+( '.*)?$/s, '$1');
}

/** What is said by whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Ctrl-C, and what it left: `interrupted; nothing has changed`. */
export function interrupted(message: string): AmyError {
  return new AmyError('interrupted', message, { exitCode: EXIT_BY_SIGNAL.SIGINT });
}
