const base = {
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1" },
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "es6" } },
    ],
  },
  testPathIgnorePatterns: ["/node_modules/", "/dist/"],
};

/** One project for each suite; `scripts/run-suites.mjs` says which real parts each needs. */
export default {
  // For a machine that is six times slower than the one it was written on: no test is a measurement.
  testTimeout: 30_000,
  // Scenarios that run side by side wait most of their time.
  maxConcurrency: 10,
  projects: ["unit", "integration", "loop", "cluster", "e2e"].map((suite) => ({
    ...base,
    displayName: suite,
    testMatch: [`<rootDir>/test/${suite}/**/*.test.ts`],
  })),
};
