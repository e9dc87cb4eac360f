import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { classifyLog } from "../../../src/diagnosis/classify-log.js";
import { parsePeer, parseUnknownHost } from "../../../src/diagnosis/parse-peer.js";
import { listeningPort } from "../../../src/diagnosis/parse-probe.js";

const kind = (...lines: string[]) => classifyLog(lines, true)?.kind ?? null;

describe("the last words of a program", () => {
  it.each([
    ["setting", "Error: environment variable DATABASE_URL is not set"],
    ["setting", "KeyError: 'API_TOKEN_FILE'"],
    ["setting", "missing required environment variable: QUEUE_NAME"],
    ["auth", "ERROR 1045 (28000): Access denied for user 'app'@'10.1.0.4' (using password: YES)"],
    ["auth", "WRONGPASS invalid username-password pair or user is disabled."],
    ["connection", "dial tcp 10.96.4.20:5432: connect: connection refused"],
    ["connection", "java.net.ConnectException: Connection timed out"],
    ["host", "dial tcp: lookup cart on 10.96.0.10:53: no such host"],
    ["host", "lookup cart on 10.96.0.10:53: read udp 10.1.0.4:3333->10.96.0.10:53: i/o timeout"],
    ["host", "java.net.UnknownHostException: cart"],
    ["port-in-use", "Error: listen EADDRINUSE: address already in use :::8080"],
    ["read-only-files", "OSError: [Errno 30] Read-only file system: '/app/x'"],
    ["no-space", "write /data/a: no space left on device"],
    ["config", "failed to parse config: yaml: line 3: mapping values are not allowed"],
    ["config", 'nginx: [emerg] unknown directive "proxy_pas" in /etc/nginx/nginx.conf:4'],
    [
      "auth",
      "ConnectionClosedByBroker: (403) 'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN.'",
    ],
    ["auth", "FATAL: no pg_hba.conf entry for host 10.1.0.4"],
    ["certificate", "java.security.cert.CertificateExpiredException: NotAfter: Thu Apr 02 10:00:00 UTC 2026"],
    ["untrusted", "tls: failed to verify certificate: x509: certificate signed by unknown authority"],
    ["untrusted", "sun.security.validator.ValidatorException: PKIX path building failed"],
    [
      "connection",
      "Connection to node -1 (kafka/10.1.0.9:9092) could not be established. Broker may not be available.",
    ],
    ["connection", "rpc error: code = Unavailable desc = connection error"],
    ["connections", "HikariPool-1 - Connection is not available, request timed out after 30000ms."],
    ["forbidden", '{"message":"pods is forbidden: User \\"system:serviceaccount:shop:buyer\\" cannot list resource"}'],
    ["setting", "Could not resolve placeholder 'orders.queue' in value \"${orders.queue}\""],
    ["setting", "Unhandled exception. System.InvalidOperationException: Connection string 'Orders' not found."],
    ["setting", "You must specify ADMIN_NAME to a non-empty value"],
    ["error", "/app/price.rb:12:in `parse': no implicit conversion of nil (TypeError)"],
    ["error", "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory"],
    ["setting", "QUEUE_ADDR must be set: NotPresent"],
    ["auth", "ORA-01017: invalid username/password; logon denied"],
    ["auth", "GET /v1/data failed with status: 401"],
    ["connection", "Can't reach database server at `db`:`5432`"],
    ["host", "Couldn't resolve server kafka:9092 from bootstrap.servers as DNS resolution failed for kafka"],
    ["error", "thread 'main' panicked at src/main.rs:18:39:"],
    ["error", 'PHP Fatal error:  Uncaught Error: Class "Price" not found'],
    ["error", "FATAL: segment 17 does not add up"],
    ["error", 'level=fatal msg="no segments"'],
    ["error", "TypeError: Cannot read properties of undefined (reading 'id')"],
  ])("%s: %s", (expected, line) => {
    expect(kind("starting", line)).toBe(expected);
  });

  it("are the last ones: what was overcome before does not count", () => {
    expect(
      kind("connect to cart:80: connection refused, trying again", "panic: runtime error: index out of range"),
    ).toBe("error");
    expect(kind("cannot parse config", "dial tcp 10.0.0.1:80: connection refused")).toBe("connection");
  });

  it("are the message of an error, and not the fields that Node prints behind it", () => {
    const fields = ["  errno: -111,", "  code: 'ECONNREFUSED',", "  syscall: 'connect',", "  port: 5432", "}"];
    const found = classifyLog(["Error: connect ECONNREFUSED 10.1.0.9:5432", "    at TCPConnectWrap", ...fields], true);
    expect(found).toMatchObject({ kind: "connection", line: "Error: connect ECONNREFUSED 10.1.0.9:5432" });
  });

  it("are a setting of a list that a line above introduces", () => {
    const list = ["You need one of these as an environment variable:", "    - DB_ROOT_NAME", "    - DB_ANY_NAME"];
    expect(classifyLog(list, true)).toMatchObject({ kind: "setting", name: "DB_ANY_NAME" });
    expect(kind("Features:", "    - DARK_MODE")).toBeNull();
  });

  it("are not those that only say that it is over", () => {
    expect(kind("connect to cart:80: connection refused", 'level=fatal msg="giving up"', "exiting")).toBe("connection");
  });

  it.each([
    "",
    "GET /healthz 200",
    "listening on :8080",
    "DEBUG connection refused, as expected",
    "user set HOME to x",
  ])("say nothing in %p", (line) => {
    expect(kind(line)).toBeNull();
  });
});

describe("whom a line is about", () => {
  it.each([
    ["dial tcp 10.96.4.20:5432: connect: connection refused", "10.96.4.20", 5432],
    ["connect to ledger-db:5432 (10.96.4.20): connection refused", "ledger-db", 5432],
    ['connection to server at "db" (10.96.1.2), port 5432 failed: Connection refused', "db", 5432],
    ["Can't connect to MySQL server on 'db:3306' (111)", "db", 3306],
    ["redis://cache.shop.svc.cluster.local:6379: ECONNREFUSED", "cache.shop.svc.cluster.local", 6379],
    ["2026-04-02T10:12:07Z main.go:42 connect to cart:80 failed", "cart", 80],
  ])("%s", (line, host, port) => {
    expect(parsePeer(line)).toEqual({ host, port });
  });

  it.each([
    ["dial tcp: lookup cart on 10.96.0.10:53: no such host", "cart"],
    ["Error: getaddrinfo ENOTFOUND cart.shop", "cart.shop"],
    ['could not translate host name "db" to address', "db"],
  ])("%s", (line, host) => {
    expect(parseUnknownHost(line)).toBe(host);
  });

  it.each(["10:12:07 server.js:10 failed", "connection refused", ""])("nobody in %p", (line) => {
    expect(parsePeer(line)).toBeNull();
  });
});

it.each([
  [["listening on :8080"], 8080],
  [["Server started on port 3000"], 3000],
  [["Tomcat started on port(s): 8081 (http)"], 8081],
  [["nothing of the kind 8080"], undefined],
])("the port that a log tells of: %p", (lines, port) => {
  expect(listeningPort(lines)).toBe(port);
});

it("any lines are read without a throw", () => {
  const line = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.constantFrom(
      "A_".repeat(400),
      "a.".repeat(500),
      ":".repeat(900),
      `${"x".repeat(900)}:1`,
      "missing env ".repeat(80),
    ),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
      classifyLog(lines, false);
      listeningPort(lines);
      for (const entry of lines) {
        parsePeer(entry);
        parseUnknownHost(entry);
      }
    }),
    { numRuns: 300 },
  );
});
