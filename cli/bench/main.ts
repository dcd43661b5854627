import { measureWaits } from './waits.ts';

/** How long a person waits: `npm run bench:sync`. The same figures are the scene `amy` of `npm run bench`. */

const TURNS = 7;

const { rows, pages, bytes, requestsWithoutNews, waits } = await measureWaits(TURNS);
console.log(
  `${rows} rows in ${pages} pages, ${(bytes / 1e6).toFixed(1)} MB; medians of ${TURNS} turns, syncs in ms of CPU, starts in ms`,
);
for (const { scene, measured } of waits) {
  const [own, floor] = [...measured].map(([who, { wallMs, cpuMs }]) => ({
    who,
    ms: (cpuMs ?? wallMs).median,
  }));
  if (own === undefined) continue;
  const beside =
    floor === undefined
      ? ''
      : `, ${(own.ms / floor.ms).toFixed(2)} times ${floor.who} (${floor.ms.toFixed(0)} ms)`;
  console.log(`${scene}: ${own.ms.toFixed(0)} ms${beside}`);
}
console.log(`A sync without news is ${requestsWithoutNews} round trip(s).`);
