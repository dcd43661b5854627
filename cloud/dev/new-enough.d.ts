export const NODE_MAJOR_NEEDED: number;
export function isNodeNewEnough(): boolean;
