import type { PersonApp } from '../app-env.ts';
import { PROFILE_FIELDS } from '../contract/profile.ts';
import { profileRoute, profileUpdateRoute } from '../contract/routes/profile.ts';
import { ApiError } from '../errors.ts';
import { LOST_RACE_RETRY_AFTER_S } from '../limits.ts';
import { changeProfile, type ProfileChange, readProfile } from '../store/profiles.ts';
import { documentedRouter } from './documented-router.ts';

/** Of a key that is told back. */
const KEY_CHARS_MAX = 100;

export const profile = documentedRouter<PersonApp>();

profile.serve(profileRoute, async (c) => {
  const stored = await readProfile(c.env.DB, c.get('userId'));
  return c.json({ profile: stored.profile, updated_at: stored.updatedAt }, 200);
});

profile.serve(profileUpdateRoute, async (c) => {
  const update = c.req.valid('json');
  const change = await changeProfile(c.env.DB, c.get('userId'), update, Date.now());
  if (change.state !== 'stored') throw refused(change);
  return c.json({ profile: change.profile, updated_at: change.updatedAt }, 200);
});

function refused(change: Exclude<ProfileChange, { state: 'stored' }>): ApiError {
  switch (change.state) {
    case 'unknown_key':
      return new ApiError(
        'invalid_request',
        `${change.key.slice(0, KEY_CHARS_MAX)}: is no field of a profile; known are ${Object.keys(PROFILE_FIELDS).join(', ')}`,
      );
    case 'erased':
      return new ApiError('unauthorized', 'this account was erased meanwhile; sign in again');
    case 'busy':
      return new ApiError('unavailable', 'the profile is being changed by others; ask again', {
        retryAfterSeconds: LOST_RACE_RETRY_AFTER_S,
      });
  }
}
