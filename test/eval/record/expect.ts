import type * as z from "zod";
import type { Expectation } from "../case.js";

type Given = z.input<typeof Expectation>;
type Trouble = Omit<Extract<Given, { status: "failing" }>, "status" | "causes" | "confirmed">;
type Names = string | readonly string[];

const trouble = (causes: Names, objects: Names, over: Trouble, confirmed: boolean) => ({
  causes: [causes].flat().flatMap((causeId) => [objects].flat().map((object) => ({ causeId, object }))),
  confirmed,
  ...over,
});

/** It fails, and what was recorded proves the cause: any of these, at any of these objects. */
export const failing = (causes: Names, objects: Names, over: Trouble = {}): Given => ({
  status: "failing",
  ...trouble(causes, objects, over, true),
});

/** It fails; what was recorded fits the cause, but another one is possible. */
export const likely = (causes: Names, objects: Names, over: Trouble = {}): Given => ({
  status: "failing",
  ...trouble(causes, objects, over, false),
});

/** It is to be listed, though nothing suffers from it yet. */
export const warning = (causes: Names, objects: Names, over: Trouble & { confirmed?: boolean } = {}): Given => ({
  status: "warning",
  ...trouble(causes, objects, over, true),
});

export const healthy: Given = { status: "healthy" };
