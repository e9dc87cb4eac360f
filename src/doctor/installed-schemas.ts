// Generated from src/domain by `npm run generate`; do not edit.
/** The digest of each resource's schema in this version, as its annotation kubeclaw.dev/schema says it. */
export const installedSchemas: Readonly<Record<string, string>> = {
  "agentruns.kubeclaw.dev": "b080245f3c59",
  "decisions.kubeclaw.dev": "d51f7e777938",
};
