import * as z from "zod";
import { KubeClawError } from "../../domain/errors.js";
import type { MetricsSource } from "../../gateway/index.js";

const patienceMs = 1_500;
const mostBytes = 4 * 2 ** 20;
const Sample = z.tuple([z.number(), z.string().transform(Number)]);
const Answer = z.object({
  status: z.literal("success"),
  data: z.object({
    resultType: z.literal("matrix"),
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), values: z.array(Sample) })).max(5_000),
  }),
});

async function readBounded(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    size += piece.length;
    if (size > mostBytes) throw new KubeClawError("unexpected", "Prometheus answered more than 4 MiB");
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

/**
 * Prometheus' range queries; a name and a password in the address are sent as basic authentication.
 * @see https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries
 */
export function createMetricsSource(address: string): MetricsSource {
  const base = new URL(address);
  const credentials = Buffer.from(`${decodeURIComponent(base.username)}:${decodeURIComponent(base.password)}`);
  const headers: Record<string, string> =
    base.username === "" ? {} : { authorization: `Basic ${credentials.toString("base64")}` };
  base.username = "";
  base.password = "";
  const path = `${base.pathname.replace(/\/$/, "")}/api/v1/query_range`;
  return {
    async range(query, { from, to, stepSeconds }) {
      const url = new URL(path, base);
      url.search = new URLSearchParams({
        query,
        start: String(from.getTime() / 1_000),
        end: String(to.getTime() / 1_000),
        step: String(stepSeconds),
        timeout: "1s",
      }).toString();
      const response = await fetch(url, { headers, redirect: "error", signal: AbortSignal.timeout(patienceMs) });
      if (!response.ok) throw new KubeClawError("unavailable", `Prometheus answered ${response.status}`);
      const answer = Answer.parse(JSON.parse(await readBounded(response)));
      return answer.data.result.map(({ metric, values }) => ({
        labels: metric,
        points: values.filter(([, value]) => Number.isFinite(value)),
      }));
    },
  };
}
