import type { RunGateway } from "../../src/agent/index.js";
import {
  FindingsReport,
  ProgressReport,
  ProposalReport,
  ReadsReport,
  type RunBriefing,
} from "../../src/domain/gateway-api.js";

/** The gateway as a run sees it: takes what the real one takes, and keeps the order. */
export function createRunGateway(briefing: RunBriefing): RunGateway & {
  log: string[];
  findingsReports: FindingsReport[];
  proposals: ProposalReport[];
  reports: ReadsReport[];
} {
  const log: string[] = [];
  const findingsReports: FindingsReport[] = [];
  const proposals: ProposalReport[] = [];
  const reports: ReadsReport[] = [];
  const take = (what: string, work: () => void): Promise<void> =>
    new Promise((resolve) => {
      log.push(what);
      work();
      resolve();
    });
  return {
    log,
    findingsReports,
    proposals,
    reports,
    metrics: () => Promise.resolve({ state: "absent", series: [] }),
    briefing: () => Promise.resolve(briefing),
    progress: (report) => take("progress", () => ProgressReport.parse(report)),
    findings: (report) => take(`findings ${report.stage}`, () => findingsReports.push(FindingsReport.parse(report))),
    propose: (report) => take("propose", () => proposals.push(ProposalReport.parse(report))),
    reads: (report) => take("reads", () => reports.push(ReadsReport.parse(report))),
    snapshot: () => take("snapshot", () => undefined),
  };
}
