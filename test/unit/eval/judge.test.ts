import { describe, expect, it } from "@jest/globals";
import { Expectation } from "../../eval/case.js";
import { judge } from "../../eval/judge.js";
import { anAnswer, aVerdict, healthyAnswer } from "../../builders/diagnosis.js";

const failing = Expectation.parse({
  status: "failing",
  causes: [{ causeId: "image-not-found", object: "Deployment/checkout" }],
  suffers: ["Service/storefront"],
  never: ["image-pull-unauthorized"],
  confirmed: true,
});
const warning = Expectation.parse({ ...failing, status: "warning" });
const healthy = Expectation.parse({ status: "healthy" });
const elsewhere = { kind: "Deployment", namespace: "shop", name: "cart" };
const bystander = { object: elsewhere, symptomObject: elsewhere, effects: [] };
const unexplained = aVerdict({ causeId: "unexplained-failure", confidence: "inconclusive" });

describe("a failing case", () => {
  it("is right with an acceptable cause first, whatever its confidence", () => {
    expect(judge(failing, anAnswer())).toBe("right");
    expect(judge(failing, anAnswer({ verdicts: [aVerdict({ confidence: "likely" })] }))).toBe("right");
    expect(judge(failing, anAnswer({ verdicts: [aVerdict(), aVerdict({ causeId: "oom", ...bystander })] }))).toBe(
      "right",
    );
  });

  it.each([
    ["another cause first", [aVerdict({ causeId: "secret-not-found" }), aVerdict()]],
    ["another cause as merely likely", [aVerdict({ causeId: "secret-not-found", confidence: "likely" })]],
    ["the right cause of another object", [aVerdict(bystander)]],
    ["a symptom of another object", [aVerdict({ causeId: "container-crash", ...bystander })]],
    ["a cause that the case excludes, even second", [aVerdict(), aVerdict({ causeId: "image-pull-unauthorized" })]],
  ])("is wrong with %s", (_, verdicts) => {
    expect(judge(failing, anAnswer({ verdicts }))).toBe("wrong");
  });

  it.each([
    ["nothing explains it", anAnswer({ status: "inconclusive", verdicts: [unexplained] })],
    [
      "the cause is only suspected",
      anAnswer({ status: "inconclusive", verdicts: [aVerdict({ confidence: "inconclusive" })] }),
    ],
    ["only its crash is told", anAnswer({ verdicts: [aVerdict({ causeId: "container-crash" })] })],
    [
      "the cause is right, but at what suffers",
      anAnswer({ verdicts: [aVerdict({ object: { kind: "Service", name: "storefront" } })] }),
    ],
    ["it is listed, but not as failing", anAnswer({ status: "healthy" })],
  ])("is told by its symptom only where %s", (_, answer) => {
    expect(judge(failing, answer)).toBe("symptom only");
  });

  it.each([
    ["nothing is said", anAnswer({ status: "inconclusive", verdicts: [] })],
    ["it is called healthy", healthyAnswer],
    ["only something else is suspected", anAnswer({ verdicts: [{ ...unexplained, ...bystander }] })],
  ])("is passed over where %s", (_, answer) => {
    expect(judge(failing, answer)).toBe("silent");
  });
});

describe("a case that warrants a warning", () => {
  it("is right wherever the warning is listed first", () => {
    expect(judge(warning, anAnswer({ status: "healthy" }))).toBe("right");
    expect(judge(warning, anAnswer())).toBe("right");
  });

  it("is silent without it", () => {
    expect(judge(warning, healthyAnswer)).toBe("silent");
  });
});

describe("a healthy case", () => {
  it("is right with a healthy answer, warnings or not", () => {
    expect(judge(healthy, healthyAnswer)).toBe("right");
    expect(judge(healthy, anAnswer({ status: "healthy", verdicts: [aVerdict({ severity: "warning" })] }))).toBe(
      "right",
    );
  });

  it.each(["failing", "inconclusive"] as const)("is a false alarm where the status is %s", (status) => {
    expect(judge(healthy, anAnswer({ status }))).toBe("false alarm");
  });
});
