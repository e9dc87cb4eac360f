export { createAlertMessage, type MessageDelivery } from "./alert-message.js";
export { createApprovalButton } from "./approval-button.js";
export { createCardButtons } from "./card-buttons.js";
export { packDialogValue, parseDialogValue } from "./dialog-value.js";
export type { InvestigationQueue, RunIndex, RunSummary } from "./ports.js";
export { cannotTake, type CommandDelivery, createSlashCommand, notListed } from "./slash-command.js";
