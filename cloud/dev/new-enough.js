// Plain JavaScript without imports: a Node that is too old reads this to know that it is.

/** Since this release Node runs TypeScript and has SQLite without being asked to. */
export const NODE_MAJOR_NEEDED = 24;

/** Whether this very process runs on a Node that is new enough. */
export function isNodeNewEnough() {
  return Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_NEEDED;
}
