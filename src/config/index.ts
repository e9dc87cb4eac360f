export { Installation, loadInstallation, parseInstallation } from "./installation.js";
export {
  BotSettings,
  ControllerSettings,
  ExecutorSettings,
  GatewaySettings,
  JobSettings,
  WorkerSettings,
} from "./process-settings.js";
export { describeSettings, type Environment, readSettings } from "./read-settings.js";
export { channelAllows, channelOf, environmentOf, holdersOf, namespaceApprovers, type Role } from "./roles.js";
