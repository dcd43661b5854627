import { createRoute } from '@hono/zod-openapi';
import { NOT_AS_DOCUMENTED, refusal } from '../errors.ts';
import { profileAnswer, profileUpdate } from '../profile.ts';

const answer = (description: string) => ({
  description,
  content: { 'application/json': { schema: profileAnswer } },
});

export const profileRoute = createRoute({
  method: 'get',
  path: '/profile',
  summary: 'What you said about yourself',
  responses: { 200: answer('the profile; an empty one where nothing was ever stored') },
});

export const profileUpdateRoute = createRoute({
  method: 'put',
  path: '/profile',
  summary: 'Replace the named fields; null clears one, the others stay',
  request: { body: { required: true, content: { 'application/json': { schema: profileUpdate } } } },
  responses: {
    200: answer('the profile as it is now'),
    400: NOT_AS_DOCUMENTED,
    503: refusal('unavailable: the profile changed at every try; ask again'),
  },
});
