import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { logTemplates, renderTemplates } from "../../../src/diagnosis/log-templates.js";

const templates = (...lines: string[]) => logTemplates(lines).map(({ template, count }) => [count, template]);

describe("lines that differ only in what is of the moment are one form", () => {
  it.each<[string, string[], string]>([
    ["numbers", ["took 12 ms", "took 1,024.5 ms"], "took <n> ms"],
    ["durations and sizes", ["done in 1m30.5s, 12MiB", "done in 7ms, 3MiB"], "done in <n>, <n>"],
    ["times", ["2026-04-02T12:00:00.123Z start", "2026-04-02 12:00:01,5 start"], "<time> start"],
    ["times of an access log", ["[02/Apr/2026:12:00:00 +0000] x", "[03/Apr/2026:12:00:00 +0000] x"], "[<time>] x"],
    ["addresses", ["dial 10.0.0.1:5432: no", "dial 10.0.0.27:5432: no"], "dial <addr>: no"],
    ["IPv6 addresses", ["dial [fe80:0:0:1::7] now", "dial [2001:db8:1:2::8] now"], "dial [<addr>] now"],
    [
      "UUIDs",
      ["order 550e8400-e29b-41d4-a716-446655440000 lost", "order 6ba7b810-9dad-11d1-80b4-00c04fd430c8 lost"],
      "order <id> lost",
    ],
    [
      "ids in hex",
      ["trace 4bf92f3577b34da6 at 0xc000123", "trace a3ce929d0e0e4736 at 0xc000456"],
      "trace <id> at <id>",
    ],
    ["names of pods", ["cart-7d9f8c6b5-x4k2p is gone", "cart-7d9f8c6b5-zz9qp is gone"], "cart-<id> is gone"],
    ["ids in paths", ["GET /items/1/parts", "GET /items/22/parts"], "GET /items/<n>/parts"],
    ["placeholders", ["token [redacted:aa11bb22cc]", "token [redacted:0123456789]"], "token <secret>"],
    [
      "one word of many",
      ["a user alice logged in from home", "a user bob logged in from home"],
      "a user <*> logged in from home",
    ],
  ])("%s", (_what, lines, template) => {
    expect(templates(...lines)).toEqual([[2, template]]);
  });
});

it.each<[string, string[]]>([
  ["a success and a failure", ["the payment for order 1 was done", "the payment for order 1 was refused"]],
  ["other words", ["connected to the broker", "listening on port 8080"]],
  ["other statuses", ['"GET / HTTP/1.1" 200 12', '"GET / HTTP/1.1" 503 12']],
  ["other exit codes", ["exit code 0", "exit code 137"]],
  ["names with digits in them", ["using http2 here", "using ipv4 here"]],
])("%s stay apart", (_what, lines) => {
  expect(logTemplates(lines)).toHaveLength(2);
});

it("says how often a form came, and which lines were its first and its last", () => {
  const [all, other] = logTemplates(["try 1", "", "try 2", "gave up", "try 3"]);
  expect(all).toEqual({
    template: "try <n>",
    count: 3,
    folded: 0,
    first: "try 1",
    last: "try 3",
    firstAt: 0,
    lastAt: 4,
    trouble: false,
  });
  expect(other).toMatchObject({ template: "gave up", count: 1, firstAt: 3 });
});

describe("a stack trace is folded into the line above", () => {
  it.each<[string, string[], string[]]>([
    [
      "of Node",
      ["TypeError: x is undefined", "    at handle (/app/a.js:1:2)", "    at async run (/app/b.js:3:4)"],
      ["TypeError: x is undefined"],
    ],
    [
      "of Java",
      [
        "java.lang.IllegalStateException: no",
        "\tat com.shop.A.b(A.java:12)",
        "\t... 12 more",
        "Caused by: java.net.ConnectException: no",
        "\tat com.shop.C.d(C.java:3)",
      ],
      ["java.lang.IllegalStateException: no", "Caused by: java.net.ConnectException: no"],
    ],
    [
      "of Python",
      [
        "Traceback (most recent call last):",
        '  File "/app/a.py", line 3, in run',
        "    start()",
        "    ^^^^^^^",
        '  File "/app/b.py", line 9, in start',
        "    raise ValueError(x)",
        "ValueError: no DB_HOST",
      ],
      ["Traceback (most recent call last):", "ValueError: no DB_HOST"],
    ],
    [
      "of Go",
      [
        "panic: no DB_HOST",
        "",
        "goroutine 1 [running]:",
        "main.(*Server).Start(0xc000012, {0x1, 0x2})",
        "\t/app/main.go:12 +0x1d",
        "main.main()",
        "\t/app/main.go:5 +0x1d",
        "exit status 2",
      ],
      ["panic: no DB_HOST", "goroutine <n> [running]:", "exit status 2"],
    ],
    [
      "of Ruby",
      ["no DB_HOST (KeyError)", "\tfrom /app/a.rb:3:in `run'", "\tfrom /app/b.rb:9:in `<main>'"],
      ["no DB_HOST (KeyError)"],
    ],
    ["of PHP", ["PHP Fatal error: no", "#0 /app/a.php(3): run()", "#1 {main}"], ["PHP Fatal error: no"]],
  ])("%s", (_what, lines, forms) => {
    const found = logTemplates(lines);
    expect(found.map(({ template }) => template)).toEqual(forms);
    expect(found.reduce((sum, { count, folded }) => sum + count + folded, 0)).toBe(
      lines.filter((line) => line !== "").length,
    );
  });

  it("but not a list of names, nor what stands at the top", () => {
    expect(templates("missing settings:", "  - DB_HOST", "  - DB_USER")).toHaveLength(3);
    expect(templates("    at handle (/app/a.js:1:2)")).toEqual([[1, "at handle (/app/a.js:<n>:<n>)"]]);
  });
});

describe("what a log of a hostile program holds", () => {
  const word = fc.oneof(
    fc.constantFrom(
      "GET",
      "error",
      "at",
      "12",
      "10.0.0.1",
      "order",
      "__proto__",
      "constructor",
      "[redacted:aa]",
      "🦀",
      "\ud800",
    ),
    fc.string({ maxLength: 12 }),
  );
  const line = fc.array(word, { maxLength: 12 }).map((words) => words.join(" "));
  const counts = (lines: readonly string[]) =>
    logTemplates(lines)
      .map(({ template, count }) => `${count} ${template}`)
      .sort();

  it("never makes it throw, and every line is counted once", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(line, fc.string({ unit: "binary", maxLength: 80 })), { maxLength: 60 }),
        (lines) => {
          const found = logTemplates(lines);
          const told = lines.filter((text) => text.trim() !== "").length;
          expect(found.reduce((sum, { count, folded }) => sum + count + folded, 0)).toBe(told);
          for (const { firstAt, lastAt } of found) expect(firstAt).toBeLessThanOrEqual(lastAt);
          expect(renderTemplates(lines, 8).length).toBeLessThanOrEqual(9);
        },
      ),
    );
  });

  it("gives the same templates in whatever order its lines stand", () => {
    // Few words in many lines: most of them are near to more than one template.
    const near = fc
      .array(fc.constantFrom("a", "b", "c"), { minLength: 4, maxLength: 5 })
      .map((words) => words.join(" "));
    const plain = line.filter((text) => !/^\s|^#|^goroutine/.test(text));
    const shuffled = fc
      .array(fc.oneof(plain, near), { minLength: 12, maxLength: 40 })
      .chain((lines) => fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length })));
    fc.assert(
      fc.property(shuffled, ([lines, other]) => {
        expect(counts(other)).toEqual(counts(lines));
      }),
    );
  });

  it.each<[string, string]>([
    ["one word", "a"],
    ["digits", "1"],
    ["hex", "a1"],
    ["colons", "1:"],
    ["dots", "1."],
    ["blanks", " "],
    ["brackets", "("],
    ["hyphens", "a-1"],
    ["durations", "1h"],
    ["the beginning of a frame", ' File "'],
  ])("is looked at in part where a line is 200 KB of %s", (_what, piece) => {
    const long = piece.repeat(200_000 / piece.length);
    const lines = ["goroutine 1 [running]:", ...Array.from({ length: 200 }, (_, at) => `${long}${at}`)];
    const found = logTemplates(lines);
    expect(found.reduce((sum, { count, folded }) => sum + count + folded, 0)).toBe(201);
    expect(JSON.stringify(renderTemplates(lines, 8)).length).toBeLessThan(8_000);
  });

  it("is bounded in its forms: the rest is one", () => {
    const letters = (at: number) => Array.from(String(at), (digit) => "abcdefghij"[Number(digit)]).join("");
    const found = logTemplates(
      Array.from({ length: 6_000 }, (_, at) => `${letters(at)} ${"x".repeat(at % 7)}${letters(at)}`),
    );
    expect(found).toHaveLength(2_001);
    expect(found.find(({ template }) => template === "<*>")?.count).toBe(4_000);
  });
});

describe("what is shown of a log", () => {
  it("keeps what speaks of trouble, and what came last, in the order in which it came", () => {
    const noise = Array.from("abcdefgh", (letter) => `${letter}${letter} ${letter} started`);
    const lines = [
      "dial 10.0.0.1:80: connection refused",
      ...noise,
      "dial 10.0.0.2:80: connection refused",
      "stopping now",
    ];
    expect(renderTemplates(lines, 2)).toEqual([
      "8 other forms of lines are left out",
      "2 times, lines 1 to 10: dial <addr>: connection refused | latest: dial 10.0.0.2:80: connection refused",
      "line 11: stopping now",
    ]);
  });
});
