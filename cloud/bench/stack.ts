/** The Worker with its stores, as a test or a bench drives it. */
export type Stack = {
  /** Answers the event's id; null where none was stored: an erased person's. */
  readonly deliver: (body: Uint8Array) => Promise<number | null>;
  readonly consume: (messages: readonly unknown[], queue?: string) => Promise<void>;
  /** A request of a person, or of the operator where `as` is null. Throws where it is not answered with success. */
  readonly ask: (
    as: string | null,
    method: string,
    path: string,
    body?: unknown,
  ) => Promise<Readonly<Record<string, unknown>>>;
  readonly tick: (cron: string) => Promise<void>;
  /** Messages that the Worker gave to its queue since it was last asked, requests to Terra among them. */
  readonly sent: () => Promise<readonly unknown[]>;
  /** Makes every stored event so many days older. */
  readonly age: (days: number) => Promise<void>;
  /** The id that Terra gives the uploads from now on. */
  readonly nextUpload: (id: string) => Promise<void>;
};

const encoder = new TextEncoder();

export function jsonBytes(body: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(body));
}

/** Delivers bodies one by one; answers the messages by which their events are consumed. */
export async function store(stack: Stack, bodies: readonly Uint8Array[]): Promise<readonly unknown[]> {
  const messages: unknown[] = [];
  for (const body of bodies) {
    const rawEventId = await stack.deliver(body);
    if (rawEventId !== null) messages.push({ rawEventId, bytes: body.byteLength });
  }
  return messages;
}

/** The same, and consumes them. */
export async function take(stack: Stack, bodies: readonly Uint8Array[], queue?: string): Promise<void> {
  await stack.consume(await store(stack, bodies), queue);
}
