import type { Scene, Twins } from "./scene.js";
import { controllerTwins } from "./scenes-controllers.js";
import { metricScenes } from "./scenes-metrics.js";
import { networkTwins } from "./scenes-network.js";
import { scenes as single } from "./scenes.js";

/** Rules whose scene stands beside one that is nearly the same and in which no rule speaks. */
export const twins: Readonly<Record<string, Twins>> = { ...controllerTwins, ...networkTwins };

/** One scene for each rule, by the rule's id. */
export const scenes: Readonly<Record<string, Scene>> = {
  ...single,
  ...metricScenes,
  ...Object.fromEntries(Object.entries(twins).map(([id, [speaks]]) => [id, speaks])),
};
