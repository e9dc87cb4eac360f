import { describe, expect, it } from "@jest/globals";
import { createClock } from "../../../../../src/playground/slack/state/ids.js";
import { ResponseUrls } from "../../../../../src/playground/slack/state/response-urls.js";
import { Triggers } from "../../../../../src/playground/slack/state/triggers.js";

const noon = Date.UTC(2026, 3, 2, 12);

describe("a trigger id", () => {
  it("opens one dialog, within three seconds, for its own app", () => {
    const triggers = new Triggers();
    const mint = () => triggers.mint({ appId: "A1", user: "U1" }, noon);
    const id = mint();
    expect(triggers.use(id, "A2", noon)).toBe("invalid_trigger_id");
    expect(triggers.use(id, "A1", noon + 3_000)).toMatchObject({ user: "U1" });
    expect(triggers.use(id, "A1", noon + 3_000)).toBe("exchanged_trigger_id");
    expect(triggers.use(mint(), "A1", noon + 3_001)).toBe("expired_trigger_id");
    expect(triggers.use("guess", "A1", noon)).toBe("invalid_trigger_id");
  });
});

describe("a response URL", () => {
  it("is good for five uses and thirty minutes", () => {
    const urls = new ResponseUrls();
    const token = urls.mint({ appId: "A1", channel: "C1", user: "U1" }, noon);
    for (let use = 1; use <= 5; use += 1) expect(urls.use(token, noon)).toMatchObject({ channel: "C1" });
    expect(urls.use(token, noon)).toBe("used_url");
    const other = urls.mint({ appId: "A1", channel: "C1", user: "U1" }, noon);
    expect(urls.use(other, noon + 30 * 60_000)).toMatchObject({ user: "U1" });
    expect(urls.use(other, noon + 30 * 60_000 + 1)).toBe("expired_url");
    expect(urls.use("guess", noon)).toBe("no_such_url");
  });
});

it("gives every message a ts of its own, rising, even within one millisecond and when the clock goes back", () => {
  const times = [noon, noon, noon - 5_000, noon + 1];
  const clock = createClock(() => times.shift() ?? noon);
  const stamps = [clock(), clock(), clock(), clock()];
  expect(stamps).toEqual([...stamps].sort());
  expect(new Set(stamps).size).toBe(4);
  expect(stamps[0]).toBe("1775131200.000000");
});
