export { verifyChain, type Verification } from "./chain.js";
export { type AuditChain, type AuditSource, sealOnce } from "./seal.js";
