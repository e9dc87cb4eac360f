export { Card, type CardState } from "./card.js";
export { deriveState, planOf } from "./derive-state.js";
export type { Message } from "./message.js";
export type { CardStore, PostRecord, PostResult, Threads } from "./ports.js";
export { createPostOnce } from "./post-once.js";
export { renderCard, shortName } from "./render-card.js";
export { renderDenyReason, renderReview } from "./render-review.js";
export { createTellThread } from "./tell-thread.js";
export { clock, code, cut, escapeText } from "./text.js";
