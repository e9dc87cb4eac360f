import { X509Certificate } from "node:crypto";

/** When the first certificate of a PEM bundle ends (notAfter), in ISO 8601; undefined for what is no certificate. */
export function parseCertificateEnd(pem: string): string | undefined {
  try {
    return new Date(new X509Certificate(pem).validTo).toISOString();
  } catch {
    return undefined;
  }
}
