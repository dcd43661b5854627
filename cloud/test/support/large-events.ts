import { event, type Who, workout } from './events.ts';

/** An activity whose samples make its JSON at least so many bytes, ASCII throughout. */
export function largeActivity(who: Who, bytes: number, distance = 5_000): string {
  const item = workout({ id: `run-${bytes}`, name: 'A long run', distance });
  const sample = JSON.stringify({ timestamp: '2026-03-02T18:00:00.000000+01:00', bpm: 131 });
  const samples = `[${`${sample},`.repeat(Math.ceil(bytes / (sample.length + 1)))}${sample}]`;
  const withPlace = { ...item, heart_rate_data: { detailed: { hr_samples: 'HERE' } }, laps: [{ lap: 1 }] };
  return JSON.stringify(event('activity', who, [withPlace])).replace('"HERE"', samples);
}

/** A body in chunks of so many bytes, without a Content-Length. Of bytes, as what comes over the network is. */
export function inChunks(body: Uint8Array, chunkBytes = 64 * 1_024): ReadableStream<Uint8Array> {
  let start = 0;
  return new ReadableStream({
    type: 'bytes',
    pull(controller) {
      if (start >= body.byteLength) {
        controller.close();
        controller.byobRequest?.respond(0);
        return;
      }
      // A copy: whoever reads may detach what it was given.
      controller.enqueue(body.slice(start, start + chunkBytes));
      start += chunkBytes;
    },
  });
}
