/** The secrets of a stack that a test or a proof starts for itself, on this machine and gone with it. */
export const FIXED_SECRETS = {
  TERRA_DEV_ID: 'local-dev',
  TERRA_API_KEY: 'local-key',
  TERRA_SIGNING_SECRET: 'local-signing-secret',
  AMY_ADMIN_KEY: 'local-admin-key-of-at-least-32-bytes',
  AMY_JWT_SECRET: 'local-jwt-secret-of-at-least-32-bytes',
};
