/**
 * Cases that the rules do not get right yet, as `npm run eval` lists them. The unit suite fails for any other miss, and
 * for a case here that is right by now: then take it out.
 */
export const openMisses: readonly string[] = [
  "crash/login-ldap",
  "crash/no-cloud-credentials",
  "crash/timeout-word-in-a-harmless-line",
  "crash/token-vault",
  "mixed/one-pod-of-three",
  "network/ingress-class-missing",
];
