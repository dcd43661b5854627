import { PAYLOADS_PREFIX, type PingPayloads } from '../delivery/ping-payloads.ts';
import type { Reply, Route } from './http.ts';

/** `GET /payloads/<name>?expires=&signature=`: what a ping points at, with S3's words where there is nothing to have. */
export function payloadsRoute(payloads: PingPayloads): Route {
  return ({ method, url }) => {
    if (method !== 'GET' || !url.pathname.startsWith(PAYLOADS_PREFIX)) return null;
    const name = url.pathname.slice(PAYLOADS_PREFIX.length);
    const found = payloads.read(name, url.searchParams.get('signature'));
    switch (found.state) {
      case 'served':
        return { status: 200, headers: { 'content-type': 'application/json' }, body: found.body };
      case 'expired':
        return s3Error(403, 'AccessDenied', 'Request has expired');
      case 'unsigned':
        return s3Error(403, 'SignatureDoesNotMatch', 'The signature does not match');
      case 'unknown':
        return s3Error(404, 'NoSuchKey', 'The specified key does not exist.');
    }
  };
}

function s3Error(status: number, code: string, message: string): Reply {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  };
}
