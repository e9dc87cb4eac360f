import type { Redis } from "ioredis";
import { redactDeep, type Redact } from "../../domain/redaction.js";
import type { Feedback, FeedbackStore } from "../../intake/index.js";
import { recorded } from "./connection.js";
import { keep, keys } from "./keys.js";

/** What people said of a run, by person; kept for a quarter, redacted like everything that leaves a process. */
export function createFeedbackStore(
  redis: Redis,
  redact: Redact,
  onSaved: (answer: Feedback["answer"]) => void,
): FeedbackStore {
  return {
    async save(feedback) {
      const key = keys.feedback(feedback.run);
      const text = JSON.stringify(redactDeep(feedback, redact));
      await recorded("feedback", redis.multi().hset(key, feedback.user, text).expire(key, keep.quarter).exec());
      onSaved(feedback.answer);
    },
  };
}
