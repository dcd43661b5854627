import { deliverSigned } from '../terra/delivery/deliver-signed.ts';

/** What stands in the events of the console's tests: would be markup, if a page read it as such. */
export const MARKUP = '<img src=x onerror="document.title=1"><script>alert(1)</script>';

export type Deliveries = {
  /** Known, with two days. */
  readonly person: string;
  /** An event of theirs whose body and provider hold `MARKUP`. */
  readonly marked: number;
  /** Its body, as it was sent. */
  readonly markedBody: string;
  /** Waits for the operator: no item was usable. */
  readonly invalid: number;
  /** Skipped on purpose. */
  readonly skipped: number;
  /** Waits for its connection. */
  readonly parked: readonly number[];
};

/** Delivers a few events to a Worker, signed as Terra signs, for an operator to look at. */
export async function deliverForConsole(url: string, secret: string): Promise<Deliveries> {
  const person = 'user_of_the_console';
  const send = async (body: string): Promise<number> => {
    const response = await deliverSigned(url, secret, Buffer.from(body));
    const answer: unknown = await response.json();
    if (typeof answer !== 'object' || answer === null || !('raw_event_id' in answer))
      throw new Error(`the webhook answered ${response.status}`);
    return Number(answer.raw_event_id);
  };
  const daily = (user: object, items: readonly object[]) =>
    JSON.stringify({ type: 'daily', user, data: items });
  const day = (date: string, steps: number) => ({
    metadata: { start_time: `${date}T00:00:00+00:00`, end_time: `${date}T23:59:00+00:00`, upload_type: 1 },
    distance_data: { steps },
  });
  const theirs = { user_id: 'terra-of-the-console', provider: 'OURA', reference_id: person };
  await send(JSON.stringify({ type: 'auth', status: 'success', user: { ...theirs, scopes: 'DAILY' } }));
  await send(daily(theirs, [day('2026-01-02', 8_000), day('2026-01-03', 9_000)]));
  const markedBody = daily({ ...theirs, provider: MARKUP }, [{ ...day('2026-01-04', 1), note: MARKUP }]);
  return {
    person,
    markedBody,
    marked: await send(markedBody),
    invalid: await send(daily(theirs, [{ metadata: { start_time: MARKUP } }])),
    skipped: await send(JSON.stringify({ type: 'nutrition', user: theirs, data: [{}] })),
    parked: [
      await send(daily({ user_id: 'terra-of-nobody', provider: 'GARMIN' }, [day('2026-01-02', 1)])),
      await send(daily({ user_id: 'terra-of-nobody', provider: 'GARMIN' }, [day('2026-01-03', 2)])),
    ],
  };
}
