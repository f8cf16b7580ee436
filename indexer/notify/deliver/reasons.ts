/** Why a message did not arrive, in words, and what can be done. From codes alone: messages of Node hold addresses. Pure. */

import type { Failed } from './target.js';

export interface Reason {
  readonly why: string;
  readonly hint: string;
}

const CODES: Readonly<Record<string, Reason>> = {
  ENOTFOUND: { why: 'there is no host of that name', hint: 'check the address, and the name server of this machine' },
  EAI_AGAIN: { why: 'the name server does not answer', hint: 'check the network of this machine' },
  ECONNREFUSED: { why: 'nothing listens there', hint: 'start the receiver, or check host and port' },
  ECONNRESET: { why: 'the receiver ended the connection', hint: 'look into the log of the receiver' },
  EPIPE: { why: 'the receiver ended the connection', hint: 'look into the log of the receiver' },
  EHOSTUNREACH: { why: 'there is no way to the host', hint: 'check the network of this machine' },
  ENETUNREACH: { why: 'there is no network', hint: 'check the network of this machine' },
  ETIMEDOUT: { why: 'it took too long', hint: 'check that the receiver answers at once and works afterwards' },
  CERT_HAS_EXPIRED: { why: 'its certificate has expired', hint: 'renew the certificate of the receiver' },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    why: 'its certificate is for another host',
    hint: 'use the name that the certificate has',
  },
  PROXY_REFUSED: { why: 'the proxy does not let it through', hint: 'check `proxy`, HTTPS_PROXY and NO_PROXY' },
  ANSWER_GARBAGE: { why: 'the answer is no HTTP', hint: 'check that the address is that of a webhook receiver' },
  NOT_TLS: { why: 'the receiver speaks no TLS there', hint: 'check the port, or that it is http:// that is meant' },
  EAGAIN: { why: 'the reader is behind', hint: 'it is tried again by itself' },
  EMSGSIZE: { why: 'the message is too large for it', hint: 'switch `diff` off for this rule' },
  ENOENT: { why: 'it is not there', hint: 'check the path' },
  EACCES: { why: 'permission denied', hint: 'the user as whom the daemon runs must be allowed to' },
  EPERM: { why: 'permission denied', hint: 'the user as whom the daemon runs must be allowed to' },
  ENOSPC: { why: 'the disk is full', hint: 'free some space' },
  EDQUOT: { why: 'the quota is used up', hint: 'free some space' },
  EROFS: { why: 'the disk is read-only', hint: 'choose another place' },
  ELOOP: { why: 'it is a symlink', hint: 'name the file that it leads to' },
};

const UNTRUSTED: Reason = {
  why: 'its certificate is not trusted',
  hint: 'give the authority that signed it as `ca`: a PEM file, such as /etc/ssl/certs/ca-certificates.crt',
};

export function reasonOf(code: string): Reason {
  const known = CODES[code] ?? CODES[aliasOf(code)];
  if (known) return known;
  if (/CERT|SIGNATURE|CRL|ISSUER|CHAIN/.test(code)) return UNTRUSTED;
  return { why: `it failed with ${code}`, hint: 'look into the log of the receiver' };
}

function aliasOf(code: string): string {
  if (code.startsWith('HPE_')) return 'ANSWER_GARBAGE';
  if (/^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)|EPROTO/.test(code)) return 'NOT_TLS';
  return code;
}

const STATUSES: Readonly<Record<number, Reason>> = {
  400: { why: 'the receiver does not understand it', hint: 'check `format`: each receiver wants its own' },
  401: {
    why: 'the receiver wants another authorisation',
    hint: 'check the secret, if messages are signed, or make a new webhook address there',
  },
  403: { why: 'the receiver forbids it', hint: 'make a new webhook address there' },
  404: { why: 'there is no such webhook', hint: 'check the address: it may have been removed there' },
  410: {
    why: 'the webhook is gone for good',
    hint: 'make a new one there and change the address, or try it again with `find-textd notify enable ENDPOINT`',
  },
  413: { why: 'the message is too large for it', hint: 'switch `diff` off for this rule' },
  429: { why: 'the receiver gets too many messages', hint: 'it is tried again by itself, more slowly' },
};

export function reasonOfStatus(status: number): Reason {
  const known = STATUSES[status];
  if (known) return known;
  if (status >= 300 && status < 400)
    return { why: 'the receiver wants it elsewhere, which is not followed', hint: 'use the address where it leads' };
  if (status >= 500)
    return { why: 'the receiver has a problem', hint: 'look into its log; it is tried again by itself' };
  return { why: 'the receiver refuses it', hint: 'look into the log of the receiver' };
}

/** Root neither runs nor writes what another user could replace. */
export function steerable(why: string): Failed {
  const hint = 'name a place that belongs to root, with every folder above it';
  return { kind: 'failed', how: 'later', code: 'configuration', why, hint };
}
