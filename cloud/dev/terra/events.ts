import type { JsonObject } from './json.ts';

/** Bodies of the events about connections; `user` is as Terra sends it. */
export function authEvent(user: JsonObject, widgetSessionId: string | null): JsonObject {
  return {
    type: 'auth',
    status: 'success',
    message: 'User has successfully authenticated',
    widget_session_id: widgetSessionId ?? undefined,
    user,
  };
}

export function authCancelledEvent(flowId: string, referenceId: string | null): JsonObject {
  return {
    type: 'auth_cancelled',
    status: 'error',
    flow_id: flowId,
    reason: 'access_denied',
    reference_id: referenceId,
  };
}

export function userReauthEvent(oldUser: JsonObject | null, newUser: JsonObject): JsonObject {
  return {
    type: 'user_reauth',
    status: 'warning',
    message: 'User has reauthenticated and old ID has been deleted',
    version: '2022-03-16',
    new_user: newUser,
    old_user: oldUser,
  };
}

export function deauthEvent(user: JsonObject): JsonObject {
  return { type: 'deauth', status: 'success', message: 'User has deauthenticated', user };
}

export function accessRevokedEvent(user: JsonObject): JsonObject {
  return { type: 'access_revoked', status: 'warning', message: 'User revoked access', user };
}

export function connectionErrorEvent(user: JsonObject): JsonObject {
  return {
    type: 'connection_error',
    status: 'warning',
    message:
      "Connection degraded: the provider rejected Terra's access token; the user may need to reauthenticate",
    user,
  };
}

export function permissionChangeEvent(
  user: JsonObject,
  added: readonly string[],
  removed: readonly string[],
): JsonObject {
  return {
    type: 'permission_change',
    status: 'warning',
    message: 'User permissions have been modified',
    version: '2022-03-16',
    scopes_added: added.join(','),
    scopes_removed: removed.join(','),
    user,
  };
}

export function largeRequestProcessingEvent(reference: string, user: JsonObject): JsonObject {
  return {
    type: 'large_request_processing',
    status: 'processing',
    reference,
    message: 'Large request is being processed; payloads will be delivered when ready',
    user,
  };
}

/** Terra sends this one without a `status`. */
export function largeRequestSendingEvent(
  reference: string,
  expectedPayloads: number,
  user: JsonObject,
): JsonObject {
  return {
    type: 'large_request_sending',
    reference,
    message: 'Large request payloads are being sent',
    expected_payloads: expectedPayloads,
    user,
  };
}

export function healthcheckEvent(token: string): JsonObject {
  return { type: 'healthcheck', status: 'success', trace_token: token };
}

/** What a destination in ping mode gets in place of an event: where that lies, and for how long. */
export function s3PayloadEvent(url: string, lifeSeconds: number): JsonObject {
  return { type: 's3_payload', status: 'success', url, expires_in: lifeSeconds };
}
