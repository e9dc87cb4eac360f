import type { Scenario } from "../scenario.js";
import { admission } from "./admission.js";
import { configuration } from "./configuration.js";
import { container } from "./container.js";
import { crash } from "./crash.js";
import { healthyScenarios } from "./healthy.js";
import { image } from "./image.js";
import { mixed } from "./mixed.js";
import { network } from "./network.js";
import { probe } from "./probe.js";
import { scheduling } from "./scheduling.js";
import { storage } from "./storage.js";

export const scenarios: readonly Scenario[] = [
  ...admission,
  ...scheduling,
  ...storage,
  ...image,
  ...configuration,
  ...container,
  ...crash,
  ...probe,
  ...network,
  ...mixed,
  ...healthyScenarios,
];
