/** Blocks that several tests post. */
export const decisionBlocks = [
  { type: "section", text: { type: "mrkdwn", text: "*checkout is down*" } },
  {
    type: "actions",
    block_id: "decision",
    elements: [
      {
        type: "button",
        action_id: "approve",
        text: { type: "plain_text", text: "Approve" },
        value: "v1:abc",
        style: "primary",
      },
      { type: "button", action_id: "deny", text: { type: "plain_text", text: "Deny" }, value: "v1:abc" },
    ],
  },
];

/** A dialog with one required reason. */
export const reasonView = {
  type: "modal" as const,
  callback_id: "deny-reason",
  private_metadata: "v1:abc",
  notify_on_close: true,
  title: { type: "plain_text" as const, text: "Deny" },
  submit: { type: "plain_text" as const, text: "Send" },
  blocks: [
    {
      type: "input",
      block_id: "why",
      label: { type: "plain_text", text: "Reason" },
      element: { type: "plain_text_input", action_id: "reason" },
    },
  ],
};
