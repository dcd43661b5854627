import type { KeptCount } from './counts.ts';
import type { Figure } from './rounds.ts';
import type { Contest } from './scenes.ts';

/** One figure of a run, as it is kept. Times are ms per piece; `ratio` is a floor's time to Amy's. */
export type KeptFigure = {
  readonly scene: string;
  readonly who: string;
  readonly wall_ms: Figure;
  readonly cpu_ms: Figure | null;
  readonly wall_ratio: number | null;
  readonly cpu_ratio: number | null;
  readonly target: number | null;
};

export type Report = {
  readonly made_at: string;
  readonly node: string;
  readonly figures: KeptFigure[];
  readonly counts: KeptCount[];
};

export const TABLE_HEAD = [
  '| scene | who | ms | spread | CPU ms | floor / amy, wall | floor / amy, CPU | asked |',
  '|---|---|---|---|---|---|---|---|',
].join('\n');

export function reportOf({ scene, measured, targets }: Contest): readonly KeptFigure[] {
  const amy = measured.get('amy');
  return [...measured].map(([who, { wallMs, cpuMs }]) => {
    const isFloor = who !== 'amy' && amy !== undefined;
    return {
      scene,
      who,
      wall_ms: wallMs,
      cpu_ms: cpuMs,
      wall_ratio: isFloor ? wallMs.median / amy.wallMs.median : null,
      cpu_ratio: isFloor && cpuMs !== null && amy.cpuMs !== null ? cpuMs.median / amy.cpuMs.median : null,
      target: targets[who] ?? null,
    };
  });
}

export function linesOf(contest: Contest): readonly string[] {
  return reportOf(contest).map(({ scene, who, wall_ms, cpu_ms, wall_ratio, cpu_ratio, target }) => {
    const cells = [
      `${scene}, ${contest.per}`,
      who,
      number(wall_ms.median),
      number(wall_ms.spread),
      number(cpu_ms?.median ?? null),
      number(wall_ratio),
      number(cpu_ratio),
      target === null ? '' : `at least ${target}`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
}

function number(value: number | null): string {
  return value === null ? '' : value.toPrecision(3);
}
