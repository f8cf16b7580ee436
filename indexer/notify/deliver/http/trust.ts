/** Whom a receiver may be signed by: the authorities that Node knows, and a private one. */
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';

const MAX_KEPT = 8;
/** One costs 20 ms, and most of a megabyte that is given back late: it is made once, not for each message. */
const contexts = new Map<string, SecureContext>();

/** @param ca  PEM. @returns an option of `tls.connect` */
export function trust(ca: string | undefined): { readonly secureContext?: SecureContext } {
  if (ca === undefined) return {};
  const known = contexts.get(ca);
  if (known) return { secureContext: known };
  const secureContext = createSecureContext({ ca: [...rootCertificates, ca] });
  if (contexts.size >= MAX_KEPT) contexts.clear();
  contexts.set(ca, secureContext);
  return { secureContext };
}
