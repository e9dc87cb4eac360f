import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { createRedactor, isSecretKey, redactDeep } from "../../../src/domain/redaction.js";

const redact = createRedactor();
const word = (alphabet: string, length: number) =>
  fc.string({ unit: fc.constantFrom(...Array.from(alphabet)), minLength: length, maxLength: length });
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const prefixed = (prefix: string, length: number, alphabet = letters) =>
  word(alphabet, length).map((rest) => prefix + rest);

/** Every format of a credential that we know. */
const formats: Record<string, fc.Arbitrary<string>> = {
  "an AWS access key": prefixed("AKIA", 16, capitals),
  "a Google API key": prefixed("AIza", 35),
  "a Slack bot token": prefixed("xoxb-", 40),
  "a Slack app token": prefixed("xapp-1-", 40),
  "a GitHub token": prefixed("ghp_", 36),
  "a fine-grained GitHub token": prefixed("github_pat_", 60),
  "a GitLab token": prefixed("glpat-", 20),
  "an Anthropic key": prefixed("sk-ant-api03-", 60),
  "a Stripe key": prefixed("sk_live_", 24),
  "an npm token": prefixed("npm_", 36),
  "a Vault token": prefixed("hvs.", 40),
  "a JSON Web Token": fc
    .tuple(word(letters, 30), word(letters, 60), word(letters, 43))
    .map(([a, b, c]) => `eyJ${a}.${b}.${c}`),
  "a private key": word(letters, 400).map(
    (body) => `-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----`,
  ),
};

/** Ways in which bytes travel. */
const encodings: Record<string, (text: string) => string> = {
  plain: (text) => text,
  base64: (text) => Buffer.from(text).toString("base64"),
  base64url: (text) => Buffer.from(text).toString("base64url"),
  "URL-encoded": encodeURIComponent,
  "URL-encoded all over": (text) =>
    [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  "JSON-encoded": (text) => JSON.stringify(text).slice(1, -1),
};

/** True when a text still holds ten characters of a secret in a row, in any of the encodings. */
const leaks = (text: string, secret: string): boolean => text.includes(secret) || text.includes(secret.slice(-16));

describe.each(Object.entries(formats))("%s", (_name, secret) => {
  it.each(Object.entries(encodings))("is gone, %s", (_encoding, encode) => {
    fc.assert(
      fc.property(
        secret,
        fc.constantFrom("", "found ", "key: ", '{"a":"'),
        fc.constantFrom("", " there", '"}', "\nnext"),
        (value, before, after) => {
          const shown = redact(`${before}${encode(value)}${after}`);
          expect(leaks(shown, encode(value))).toBe(false);
          expect(shown).toContain("[redacted:");
          expect(shown.startsWith(before)).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("leaves nothing to decode: what is shown can be redacted again without change", () => {
    fc.assert(
      fc.property(secret, (value) => {
        const once = redact(`a ${value} b`);
        expect(redact(once)).toBe(once);
      }),
      { numRuns: 25 },
    );
  });
});

describe("base64 inside a longer run of such characters", () => {
  const secret = `xoxb-${"7".repeat(30)}`;
  const encoded = Buffer.from(`prefix ${secret} suffix`).toString("base64");

  it.each(["", "/api/v1/", "key="])("is found behind %j", (before) => {
    expect(redact(`${before}${encoded}`)).toContain("[redacted:");
  });

  it.each(["a", "ab", "abc", "path/", "x-"])("is found behind %j", (before) => {
    expect(redact(`${before}${encoded}`)).toContain("[redacted:");
  });

  it("is found in every line where it is wrapped", () => {
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${"MIIEpAIBAAKCAQEA".repeat(20)}\n-----END RSA PRIVATE KEY-----`;
    const lines =
      Buffer.from(key)
        .toString("base64")
        .match(/.{1,76}/g) ?? [];
    const shown = redact(lines.join("\n"));
    for (const line of lines) expect(shown).not.toContain(line);
  });
});

describe("a value of a secret-looking key", () => {
  it.each([
    ["DB_PASSWORD=hunter2hunter2", "hunter2"],
    ["password: hunter2", "hunter2"],
    ['{"api_key":"abc123def"}', "abc123def"],
    ["client-secret='s3 cr3t'", "s3 cr3t"],
    ["authToken : abcdef", "abcdef"],
    ["https://user:pa55word@db.example/x", "pa55word"],
    ["redis://:pa55word@redis:6379", "pa55word"],
    ["Authorization: Bearer abcdef123456", "abcdef123456"],
    ["authorization: basic dXNlcjpwYXNz", "dXNlcjpwYXNz"],
    ["password%3Dhunter2hunter2", "hunter2"],
  ])("%s", (text, secret) => {
    const shown = redact(text);
    expect(shown).toContain("[redacted:");
    expect(shown).not.toContain(secret);
  });

  it("is gone from JSON inside JSON, too", () => {
    expect(redact('{\\"password\\":\\"hunter2\\"}')).not.toContain("hunter2");
  });

  it("is gone in whole, whatever is in it", () => {
    const value = fc.string({ minLength: 1, maxLength: 40 }).filter((text) => text.trim() !== "");
    fc.assert(
      fc.property(
        value,
        fc.constantFrom("password", "DB_PASSWORD", "apiKey", "client_secret", "token"),
        (secret, key) => {
          expect(redactDeep({ [key]: secret }, redact)).toEqual({
            [key]: expect.stringMatching(/^\[redacted:[0-9a-f]{10}\]$/),
          });
          expect(redactDeep([{ name: key, value: secret }], redact)).toEqual([
            { name: key, value: expect.stringMatching(/^\[redacted:[0-9a-f]{10}\]$/) },
          ]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    "DB_PASSWORD",
    "passwd",
    "api-key",
    "apiKey",
    "authToken",
    "AWS_SECRET_ACCESS_KEY",
    "privateKey",
    "credentials",
    "passphrase",
  ])("%s is one", (name) => {
    expect(isSecretKey(name)).toBe(true);
  });

  it.each(["image", "name", "key", "LOG_LEVEL", "pathname", "author"])("%s is none", (name) => {
    expect(isSecretKey(name)).toBe(false);
  });
});

describe("placeholders", () => {
  const secret = `ghp_${"a".repeat(36)}`;

  it("are the same for the same value, and another for another", () => {
    expect(redact(`${secret} and ${secret}`)).toMatch(/^(\[redacted:[0-9a-f]{10}\]) and \1$/);
    expect(redact(secret)).not.toBe(redact(`ghp_${"b".repeat(36)}`));
  });

  it("are keyed: another installation's differ", () => {
    expect(createRedactor()(secret)).not.toBe(redact(secret));
    const key = new Uint8Array(16);
    expect(createRedactor(key)(secret)).toBe(createRedactor(key)(secret));
  });
});

describe("what is no secret stays", () => {
  it.each([
    "checkout: the image registry.local/checkout:1.9.1 does not exist",
    "kc-inv-0123456789abcdef0123",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "https://grafana.example/d/abc?orgId=1",
    'MountVolume.SetUp failed for volume "config" : configmap "x" not found',
    "2026-04-02T12:00:00Z GET /healthz 200",
    'exec: "/etc/passwd": permission denied',
    "open /run/secrets/token: no such file or directory",
  ])("%s", (text) => {
    expect(redact(text)).toBe(text);
  });

  it("numbers, booleans and null under any key", () => {
    const value = { max_tokens: 1_000, automountServiceAccountToken: false, token: null, secret: "" };
    expect(redactDeep(value, redact)).toEqual(value);
  });
});

it("hostile text is read in no time", () => {
  const started = performance.now();
  for (const part of [
    "-----BEGIN A PRIVATE KEY-----",
    "eyJaaaaaaaaaa.",
    "password",
    "password=",
    "a://b:",
    "%41",
    "A",
    "sk-",
    "bearer ",
    '"',
    "x_-.",
    "a:b@",
  ])
    redact(part.repeat(Math.ceil(200_000 / part.length)));
  expect(performance.now() - started).toBeLessThan(5_000);
});
