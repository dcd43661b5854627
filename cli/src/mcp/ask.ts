import { dateIn } from '../dates.ts';
import { AmyError, asAmyError } from '../errors.ts';
import { readCurrentMirror } from '../mirror/current-mirror.ts';
import { readExtent } from '../mirror/reading/extent.ts';
import { readTimeZone } from '../mirror/wall-clock.ts';
import { type Answer, answerOf } from './answer.ts';
import type { Known, Scene } from './found.ts';
import type { Tool } from './tool.ts';
import { TOOLS } from './tools/all.ts';
import { allows, type View } from './views.ts';

export type Asked =
  | { readonly state: 'answered'; readonly answer: Answer }
  | { readonly state: 'refused'; readonly error: AmyError };

export function toolsOf(view: View): readonly Tool[] {
  return TOOLS.filter((tool) => allows(view, tool.view));
}

/** One call of a client. What cannot be answered is said as an error with its remedy. */
export async function askTool(scene: Scene, name: string, given: unknown): Promise<Asked> {
  try {
    const tool = allowedTool(scene.view, name);
    const { find, page } = await tool.ask(scene, given);
    const answer = readCurrentMirror(scene.path, (database) => {
      const extent = readExtent(database);
      const timeZone = readTimeZone(database, scene.timeZone);
      const local = (ms: number) => dateIn(timeZone, new Date(ms));
      const known: Known = {
        database,
        view: scene.view,
        extent,
        today: local(scene.now()),
        lastSyncDate: extent.lastSyncAt === null ? null : local(Date.parse(extent.lastSyncAt)),
      };
      return answerOf(scene, name, known, find(known), page);
    });
    return { state: 'answered', answer };
  } catch (thrown) {
    return { state: 'refused', error: asAmyError(thrown) };
  }
}

function allowedTool(view: View, name: string): Tool {
  const tool = TOOLS.find((one) => one.name === name);
  if (tool === undefined) {
    const names = toolsOf(view).map((one) => one.name);
    throw new AmyError('tool_unknown', `there is no tool \`${name}\`; there are ${names.join(', ')}`);
  }
  if (allows(view, tool.view)) return tool;
  throw new AmyError(
    'not_in_this_view',
    `\`${name}\` is not in the view ${view} that this server was started with; the person can start \`amy mcp --view ${tool.view}\``,
  );
}
