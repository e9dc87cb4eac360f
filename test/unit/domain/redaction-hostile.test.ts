import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { createRedactor, isSecretKey, redactDeep } from "../../../src/domain/redaction.js";

const redact = createRedactor();
const letters = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
const word = (length: number) => fc.string({ unit: fc.constantFrom(...letters), minLength: length, maxLength: length });
const tokens = fc.oneof(
  word(36).map((rest) => `ghp_${rest}`),
  word(60).map((rest) => `sk-ant-api03-${rest}`),
  fc.tuple(word(30), word(60), word(43)).map(([a, b, c]) => `eyJ${a}.${b}.${c}`),
);

/** Both ends of a secret, which is long enough that neither occurs by chance. */
const expectGone = (shown: string, secret: string) => {
  const flat = shown.replace(/\s/g, "");
  expect(flat).not.toContain(secret.slice(0, 14));
  expect(flat).not.toContain(secret.slice(-14));
};

describe("a credential that is split over lines", () => {
  const breaks = fc.constantFrom("\n", "\r\n", "\n    ", "\n\t");
  const cuts = fc.uniqueArray(fc.integer({ min: 15, max: 25 }), { minLength: 1, maxLength: 2 });
  const split = (text: string, at: readonly number[], wrap: string) =>
    [...at].sort((one, other) => other - one).reduce((rest, cut) => rest.slice(0, cut) + wrap + rest.slice(cut), text);

  it("is gone, and the lines around it keep their places", () => {
    fc.assert(
      fc.property(tokens, cuts, breaks, (secret, at, wrap) => {
        const shown = redact(`one\ntoken ${split(secret, at, wrap)} is it\nlast`);
        expectGone(shown, secret);
        expect(shown.split("\n")).toHaveLength(3 + at.length);
        expect(shown.split("\n").at(-1)).toBe("last");
      }),
      { numRuns: 200 },
    );
  });

  it("is gone, base64, however narrow the lines are", () => {
    fc.assert(
      fc.property(tokens, fc.integer({ min: 30, max: 80 }), (secret, width) => {
        const encoded = Buffer.from(secret).toString("base64");
        const wrapped = encoded.replace(new RegExp(`(.{${width}})`, "g"), "$1\n");
        expectGone(redact(`data: ${wrapped}`), encoded.replace(/=+$/, ""));
      }),
      { numRuns: 200 },
    );
  });

  it("is gone from a list of lines", () => {
    fc.assert(
      fc.property(tokens, fc.integer({ min: 15, max: 25 }), (secret, at) => {
        const shown = redactDeep({ lines: ["a", secret.slice(0, at), secret.slice(at), "b"] }, redact);
        expectGone(shown.lines.join("\n"), secret);
        expect(shown.lines).toHaveLength(4);
      }),
    );
  });

  it("leaves lines that hold none as they are", () => {
    const log = ["2026-04-02T10:15:00Z INFO started", "listening on :8080", "", "  at main (app.js:1:1)"].join("\n");
    expect(redact(log)).toBe(log);
  });
});

describe("a private key that is printed line by line", () => {
  it("is gone from a list of lines", () => {
    const body = Array.from(
      { length: 20 },
      (_, at) => `MIIEvQIBADANBgkqhkiG9w0BAQEFAASC${String(at).padStart(4, "x")}`,
    );
    const lines = ["before", "-----BEGIN PRIVATE KEY-----", ...body, "-----END PRIVATE KEY-----", "after"];
    const shown = redactDeep({ lines }, redact);
    expect(JSON.stringify(shown)).not.toContain("MIIEvQ");
    expect([shown.lines[0], shown.lines.at(-1)]).toEqual(["before", "after"]);
  });
});

describe("a value of a secret-looking key", () => {
  const value = fc
    .array(fc.constantFrom("a", "Z", "9", '"', "\\", "/", " ", "'", "{", "é", "="), { minLength: 6, maxLength: 20 })
    .map((units) => `${units.join("")}CANARYvalue77`);

  it("is gone from JSON, whatever quotes and backslashes are in it, and the next field stays", () => {
    fc.assert(
      fc.property(
        value,
        fc.constantFrom("password", "DB_PASS", "api-key", "clientSecret", "PGPASSWORD"),
        (text, key) => {
          const shown = redact(JSON.stringify({ [key]: text, image: "registry.local/checkout:1.9.0" }));
          expect(shown).not.toContain("CANARYvalue77");
          expect(shown).toContain("registry.local/checkout:1.9.0");
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each(["DB_PASS", "mysql.pwd", "SIGNING_KEY", "encryption-key", "masterKey", "auth_key"])("%s is one", (name) => {
    expect(isSecretKey(name)).toBe(true);
    expect(redact(`${name}=hunter2hunter2`)).not.toContain("hunter2");
  });

  it.each(["PWD", "compass", "BYPASS", "author", "keyboard", "passenger_count"])("%s is none", (name) => {
    expect(isSecretKey(name)).toBe(false);
  });
});

it.each([
  String.raw`{"url":"https:\/\/user:hunter2hunter2@db.local\/x"}`,
  "postgres://app:hunter2hunter2@db.local:5432/shop",
  "redis://:hunter2hunter2@cache",
])("a credential in an address is gone: %s", (text) => {
  expect(redact(text)).not.toContain("hunter2");
});

it("hostile text of a megabyte is read in linear time", () => {
  for (const unit of ["a\n", "secret", "eyJ", "https://", "%41", "\n  sk-", '\\"token\\":', "-----BEGIN ", "A1b2\n"]) {
    const text = unit.repeat(Math.ceil(1_000_000 / unit.length));
    expect(redact(text).length).toBeGreaterThan(0);
  }
}, 30_000);
