import { createHash, createHmac } from 'node:crypto';

/** A body that is made while it is read, so that whoever sends it does not hold it. */
export type GeneratedBody = {
  readonly bytes: number;
  /** The same bytes each time it is asked for. */
  readonly chunks: () => Iterable<Buffer>;
};

const CHUNK_BYTES = 65_536;
const START_MS = Date.parse('2026-03-02T17:00:00Z');

/** An activity of exactly so many bytes, most of them heart rate samples, with the person in `reference_id`. */
export function activityBody(user: string, terraId: string, bytes: number): GeneratedBody {
  const head = `{"type":"activity","user":${JSON.stringify({
    user_id: terraId,
    provider: 'GARMIN',
    reference_id: user,
  })},"data":[{"metadata":${JSON.stringify({
    summary_id: `run-${terraId}`,
    name: 'A long run',
    start_time: '2026-03-02T17:00:00Z',
    end_time: '2026-03-02T21:00:00Z',
  })},"distance_data":{"summary":{"distance_meters":42195}},"heart_rate_data":{"detailed":{"hr_samples":[`;
  const tail = ']}}}]}';
  return {
    bytes,
    *chunks() {
      let chunk = head;
      let left = bytes - head.length - tail.length;
      for (let index = 0; left > 0; index += 1) {
        const text = sample(index);
        // Blanks where no whole sample fits: JSON all the same.
        const next = index === 0 ? text : left <= text.length + 1 ? ' '.repeat(left) : `,${text}`;
        chunk += next;
        left -= next.length;
        if (chunk.length >= CHUNK_BYTES) {
          yield Buffer.from(chunk);
          chunk = '';
        }
      }
      yield Buffer.from(chunk + tail);
    },
  };
}

/** {"timestamp":"2026-03-02T17:00:00.000Z","bpm":141} */
function sample(index: number): string {
  return JSON.stringify({
    timestamp: new Date(START_MS + index * 250).toISOString(),
    bpm: 100 + ((index * 7) % 80),
  });
}

export function sha256Of({ chunks }: GeneratedBody): string {
  const hash = createHash('sha256');
  for (const chunk of chunks()) hash.update(chunk);
  return hash.digest('hex');
}

/** Terra's signature header for it. */
export function signatureOf({ chunks }: GeneratedBody, secret: string): string {
  const seconds = Math.floor(Date.now() / 1_000);
  const hmac = createHmac('sha256', secret).update(`${seconds}.`);
  for (const chunk of chunks()) hmac.update(chunk);
  return `t=${seconds},v1=${hmac.digest('hex')}`;
}
