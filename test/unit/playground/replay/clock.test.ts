import { describe, expect, it } from "@jest/globals";
import { Clock } from "../../../../src/playground/replay/clock.js";

const start = new Date("2026-04-02T10:00:00Z");
const at = (milliseconds: number) => new Date(start.getTime() + milliseconds);

describe("Clock", () => {
  it("runs what falls due in its order, each at its own time", () => {
    const clock = new Clock(start);
    const seen: [string, string][] = [];
    const note = (name: string) => () => seen.push([name, clock.stamp()]);
    clock.after(2_000, note("second"));
    clock.after(1_000, () => {
      note("first")();
      clock.after(0, note("at once"));
      clock.after(9_000, note("later"));
    });
    clock.advanceTo(at(5_000));
    expect(seen).toEqual([
      ["first", "2026-04-02T10:00:01Z"],
      ["at once", "2026-04-02T10:00:01Z"],
      ["second", "2026-04-02T10:00:02Z"],
    ]);
    expect(clock.stamp()).toBe("2026-04-02T10:00:05Z");
  });

  it("takes back what was planned", () => {
    const clock = new Clock(start);
    let runs = 0;
    clock.after(1_000, () => (runs += 1))();
    clock.advanceTo(at(5_000));
    expect(runs).toBe(0);
  });

  it("goes on in real time, with what was planned before", async () => {
    const clock = new Clock(new Date());
    const ran = new Promise((resolve) => {
      clock.after(5, () => {
        resolve("ran");
      });
    });
    clock.goLive();
    expect(clock.live).toBe(true);
    await expect(ran).resolves.toBe("ran");
    clock.stop();
  });
});
