/** What a route answers: an HTTP status and a JSON body. */
export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

export const accepted: Answer = { status: 202, body: { accepted: true } };

/** A refusal with one word for programs and one sentence for people. */
export function refused(status: number, reason: string, message: string): Answer {
  return { status, body: { error: { type: reason, message } } };
}
