export { createAlertMessage, type MessageDelivery } from "./alert-message.js";
export { createTakeAlerts } from "./alerts/take-alerts.js";
export { createApprovalButton } from "./approval-button.js";
export { type CardPress, createCardButtons, type PressAnswer } from "./card-buttons.js";
export { packDialogValue, parseDialogValue } from "./dialog-value.js";
export { createFeedback } from "./feedback.js";
export { createHome, type Spend } from "./home.js";
export type {
  AlertIndex,
  Feedback,
  FeedbackStore,
  FreezeSwitch,
  InvestigationQueue,
  Mute,
  Mutes,
  Novelty,
  RunIndex,
  RunSummary,
} from "./ports.js";
export { cannotTake, type CommandDelivery, createSlashCommand, notListed, notViewer } from "./slash-command.js";
export { createReceiveWebhook, type WebhookAnswer, type WebhookCall } from "./webhooks/receive-webhook.js";
export { createThreadRequest, type MentionDelivery, type ShortcutDelivery } from "./thread-request.js";
export { webhookSources } from "./webhooks/webhook-alert.js";
