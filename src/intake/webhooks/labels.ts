import * as z from "zod";

/** Most alerts in one delivery. */
export const mostAlerts = 1_000;

/** Labels as senders give them: text by name, bounded. */
export const Labels = z
  .record(z.string().min(1).max(200), z.string().max(4_096))
  .refine((labels) => Object.keys(labels).length <= 100, "expected at most 100 labels");
