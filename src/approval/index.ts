export { ApprovalRecord } from "./approval-record.js";
export { createAsk } from "./ask.js";
export { createDecide, type DecideResult } from "./decide.js";
export { type Authority, decideAuthority, isOver } from "./decide-authority.js";
export { type Click, digestPrefixLength, type Person } from "./decide-click.js";
export { createExpire } from "./expire.js";
export type { ApprovalStore, Execute, FindCard, People } from "./ports.js";
export { createSettleApproval } from "./settle-approval.js";
export { createSigner, createVerifier } from "./sign.js";
