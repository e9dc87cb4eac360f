import { spawn } from "node:child_process";

/** Shows a page in the browser of this machine, where there is one; it is no fault where there is none. */
export function openPage(url: string): void {
  const command = process.platform === "darwin" ? "open" : "xdg-open";
  const child = spawn(command, [url], { stdio: "ignore", detached: true });
  child.once("error", () => undefined);
  child.unref();
}
