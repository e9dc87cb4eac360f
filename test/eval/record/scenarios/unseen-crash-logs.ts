import type { CrashLog } from "./crash-logs.js";

type Row = readonly [
  name: string,
  title: string,
  causes: string | readonly string[],
  lines: readonly string[],
  code?: number,
];

const setting = "required-setting-missing";
const login = "dependency-auth-failed";
const away = "dependency-unreachable";
const own = "application-error";

const rows: readonly Row[] = [
  [
    "django-secret-key",
    "Django's secret key is empty",
    setting,
    ["django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty."],
  ],
  [
    "envconfig",
    "A Go program's required key has no value",
    setting,
    ["2026/04/02 11:00:00 required key DATABASE_HOST missing value"],
  ],
  [
    "required-flag",
    "A command line lacks a flag that is required",
    setting,
    ['Error: required flag(s) "cluster-name" not set', "Usage:", "  controller run [flags]"],
  ],
  [
    "ruby-key",
    "A Ruby program fetches a variable that is not there",
    setting,
    ['/app/config/env.rb:4:in `fetch\': key not found: "PAYMENT_HOST" (KeyError)'],
  ],
  [
    "schema-of-environment",
    "A Node program checks its environment and finds a variable missing",
    setting,
    ["Invalid environment variables: { QUEUE_ENDPOINT: [ 'Required' ] }", "Error: Invalid environment variables"],
  ],
  [
    "laravel-login",
    "Laravel's database refuses the user",
    login,
    ["SQLSTATE[HY000] [1045] Access denied for user 'app'@'10.88.0.9' (using password: YES) (Connection: mysql)"],
  ],
  [
    "laravel-refused",
    "Laravel's database refuses the connection",
    away,
    ["SQLSTATE[HY000] [2002] Connection refused (Connection: mysql, SQL: select * from `settings`)"],
  ],
  [
    "clickhouse-login",
    "ClickHouse refuses the password",
    login,
    [
      "Code: 516. DB::Exception: default: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)",
    ],
  ],
  [
    "nats-away",
    "No NATS server is there to connect to",
    away,
    ["2026/04/02 11:04:00 nats: no servers available for connection"],
  ],
  ["nats-login", "NATS refuses the user", login, ["panic: nats: Authorization Violation"], 2],
  [
    "cassandra-away",
    "Cassandra's driver reaches no contact point",
    away,
    [
      "com.datastax.oss.driver.api.core.AllNodesFailedException: Could not reach any contact point, make sure you've provided valid addresses (showing first 1 nodes): Node(endPoint=10.20.2.2:9042): [com.datastax.oss.driver.api.core.connection.ConnectionInitException]",
    ],
  ],
  [
    "elasticsearch-login",
    "Elasticsearch cannot authenticate the user",
    login,
    [
      'elasticsearch.AuthenticationException: AuthenticationException(401, "security_exception", "unable to authenticate user [shop] for REST request [/]")',
    ],
  ],
  [
    "erlang-refused",
    "An Elixir program's database refuses the connection",
    away,
    [
      "11:06:01.201 [error] Postgrex.Protocol (#PID<0.381.0>) failed to connect: ** (DBConnection.ConnectionError) tcp connect (10.20.1.7:5432): connection refused - :econnrefused",
    ],
  ],
  [
    "java-connect-timeout",
    "A Java program's connection times out",
    away,
    [
      "java.net.SocketTimeoutException: Connect timed out",
      "\tat java.base/sun.nio.ch.NioSocketImpl.timedFinishConnect(NioSocketImpl.java:551)",
      "\tat com.example.RatesClient.load(RatesClient.java:31)",
    ],
  ],
  [
    "dotnet-host",
    "A .NET program cannot resolve a host",
    "host-not-resolved",
    [
      "Unhandled exception. System.Net.Http.HttpRequestException: Name or service not known (payments.partner.example.com:443)",
    ],
    134,
  ],
  [
    "rust-host",
    "A Rust program cannot resolve its database's host",
    "host-not-resolved",
    ["Error: error communicating with database: failed to lookup address information: Name or service not known"],
  ],
  [
    "mysql-read-only",
    "MySQL runs in read-only mode",
    "database-read-only",
    ["ERROR 1836 (HY000) at line 3: Running in read-only mode"],
  ],
  [
    "python-read-only",
    "A Python program writes to a file system that is read-only",
    "filesystem-read-only",
    ["OSError: [Errno 30] Read-only file system: '/app/static/out.css'"],
  ],
  [
    "go-read-only",
    "A Go program locks a file on a file system that is read-only",
    "filesystem-read-only",
    ["cannot open store: open /srv/store/db.lock: read-only file system"],
  ],
  [
    "role-connections",
    "A PostgreSQL role has all the connections that it may have",
    "database-connections-exhausted",
    ['FATAL:  too many connections for role "shop"'],
  ],
  [
    "node-port",
    "A Node program finds its port taken",
    "port-already-in-use",
    [
      "Error: listen EADDRINUSE: address already in use :::3000",
      "    at Server.setupListenHandle [as _listen2] (node:net:1937:16)",
    ],
  ],
  [
    "openssl-expired",
    "OpenSSL's verification finds a certificate that has ended",
    "certificate-expired",
    ["verify error:num=10:certificate has expired", "notAfter=Mar 31 23:59:59 2026 GMT"],
  ],
  [
    "postgres-files",
    "PostgreSQL finds the files of an older version",
    own,
    [
      "FATAL:  database files are incompatible with server",
      "DETAIL:  The data directory was initialized by PostgreSQL version 14, which is not compatible with this version 16.4.",
    ],
  ],
  [
    "mongo-uri",
    "A connection string has a scheme that the driver does not know",
    [own, setting],
    ['MongoParseError: Invalid scheme, expected connection string to start with "mongodb://" or "mongodb+srv://"'],
  ],
  [
    "lua-nil",
    "A Lua program indexes a value that is nil",
    own,
    [
      "lua: /app/router.lua:41: attempt to index a nil value (local 'route')",
      "stack traceback:",
      "\t/app/router.lua:41: in function 'dispatch'",
    ],
  ],
  [
    "perl-module",
    "A Perl program misses a module",
    own,
    [
      "Can't locate DBI.pm in @INC (you may need to install the DBI module) at /app/report.pl line 4.",
      "BEGIN failed--compilation aborted at /app/report.pl line 4.",
    ],
    2,
  ],
  [
    "deno-error",
    "A Deno program meets an undefined value",
    own,
    [
      "error: Uncaught (in promise) TypeError: Cannot read properties of undefined (reading 'items')",
      "    at file:///app/main.ts:17:22",
    ],
  ],
];

/** Held out without a look at any answer: what the rules make of them is what they make of programs nobody thought of. */
export const unseenCrashLogs: readonly CrashLog[] = rows.map(([name, title, causes, lines, code = 1]) => ({
  name: `unseen-${name}`,
  title,
  lines,
  code,
  causes,
  split: "held-out",
}));
