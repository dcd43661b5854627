export type Spent = { readonly wallMs: number; readonly cpuMs: number };

/** What this process spends from now on: its CPU does not count other programs of the machine. */
export function startWatch(): () => Spent {
  const startedMs = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { wallMs: performance.now() - startedMs, cpuMs: (user + system) / 1_000 };
  };
}
