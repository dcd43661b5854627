import type { TestProject } from 'vitest/node';
import { startIdentity } from '../../dev/identity/issuer.ts';

declare module 'vitest' {
  interface ProvidedContext {
    identityUrl: string;
  }
}

/** The local stack's issuer, for tests inside workerd: they reach it over HTTP, as the Worker does. */
export default async function startIdentityServer(project: TestProject): Promise<() => Promise<void>> {
  const identity = await startIdentity();
  project.provide('identityUrl', identity.url);
  return () => identity.close();
}
