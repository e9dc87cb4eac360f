import type { Scenario } from "../scenario.js";
import { admission } from "./admission.js";
import { configuration } from "./configuration.js";
import { container } from "./container.js";
import { image } from "./image.js";
import { scheduling } from "./scheduling.js";
import { storage } from "./storage.js";

export const scenarios: readonly Scenario[] = [
  ...admission,
  ...scheduling,
  ...storage,
  ...image,
  ...configuration,
  ...container,
];
