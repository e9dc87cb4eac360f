import { expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  type ApprovalRecord,
  createAsk,
  createDecide,
  createExpire,
  createSettleApproval,
} from "../../../src/approval/index.js";
import type { PlanOffer } from "../../../src/domain/fact.js";
import { executionId } from "../../../src/domain/ids.js";
import { aCardPlace, aClick } from "../../builders/click.js";
import { after, noon } from "../../builders/kubernetes.js";
import { anOffer } from "../../builders/plan.js";
import { aRunId, anInstallation } from "../../builders/request.js";
import { sign } from "../../builders/signature.js";
import { createApprovalStore } from "../../fakes/approval-store.js";
import { createPeople } from "../../fakes/people.js";
import { createRecorder } from "../../fakes/recorder.js";

/** Two plans for one object, the second newer, both asked for by ana. */
const offers = [
  anOffer(),
  anOffer({ summary: "Roll back to revision 6", plannedAt: after(10), expiresAt: after(1_810) }),
] as const;
const approvers = new Set(["U0LI", "U0JO"]);

/** What is known from the outside: it says when an execution is allowed, and knows nothing of how that is decided. */
interface Model {
  seconds: number;
  frozen: boolean;
  offered: Set<number>;
  /** What became of each plan, once it did. */
  final: Map<number, string>;
}

/** The bot's side of a plan's life over one store, as two replicas would drive it; a crash loses what was not stored. */
class World {
  readonly store = createApprovalStore();
  readonly said = createRecorder();
  seconds = 0;
  frozen = false;
  crashes = false;
  readonly now = () => new Date(noon.getTime() + this.seconds * 1_000);
  readonly follow = createSettleApproval({ ...this.said, execute: this.said.execute });
  readonly settle = (record: ApprovalRecord) =>
    this.crashes ? Promise.reject(new Error("died")) : this.follow(record);
  readonly expire = createExpire({ store: this.store, settle: this.settle, now: this.now });
  readonly ask = createAsk({
    store: this.store,
    audit: this.said.audit,
    expire: this.expire,
    schedule: () => Promise.resolve(),
  });
  readonly decide = createDecide({
    store: this.store,
    people: createPeople(),
    installation: anInstallation(),
    findCard: () => Promise.resolve(aCardPlace),
    freezes: {
      find: (namespace) =>
        Promise.resolve(this.frozen ? { namespace, by: "U0ADM", at: this.now().toISOString() } : null),
    },
    sign,
    settle: this.settle,
    onUnsettled: () => undefined,
    audit: this.said.audit,
    now: this.now,
  });
}

/** What holds after every step, whatever came before. */
function check(model: Model, world: World): void {
  const approved = [...model.final].filter(([, state]) => state === "approved").map(([at]) => at);
  const mayRun = new Set<string>(approved.map((at) => executionId(offers[at]!.decision)));
  for (const id of world.said.executions.keys()) expect(mayRun).toContain(id);
  for (const [at, state] of model.final) expect(world.store.records.get(offers[at]!.decision)?.state).toBe(state);
  // One answer for each plan: of all that was told of it, no two differ.
  const verdicts = [...world.said.facts.values()].flatMap((fact) => (fact.kind === "verdict" ? [fact] : []));
  expect(new Set(verdicts.map(({ decision }) => decision)).size).toBe(verdicts.length);
}

type Step = fc.AsyncCommand<Model, World>;
function step(name: string, apply: (model: Model, world: World) => Promise<void>): Step {
  return {
    check: () => true,
    async run(model, world) {
      await apply(model, world);
      check(model, world);
    },
    toString: () => name,
  };
}

const expiryOf = (at: number) => (at === 0 ? 1_800 : 1_810);
const isPending = (model: Model, at: number) => model.offered.has(at) && !model.final.has(at);

/** The plan is offered, or offered once more, or late. */
const offer = (at: number): Step =>
  step(`offer ${at}`, async (model, world) => {
    const offered: PlanOffer = offers[at]!;
    await world.ask(offered, { run: aRunId, tenant: "default", team: "T0SHOP", at: world.now().toISOString() }).catch(
      () => undefined, // the queue delivers it again
    );
    if (model.final.has(at)) return;
    model.offered.add(at);
    if (at === 1 && isPending(model, 0)) model.final.set(0, "superseded");
    if (at === 0 && isPending(model, 1)) model.final.set(0, "superseded");
    // A crash in between leaves it to the next delivery of the same offer.
    const state = world.store.records.get(offered.decision)?.state;
    if (state === undefined) model.offered.delete(at);
    for (const each of [0, 1]) {
      const known = world.store.records.get(offers[each]!.decision)?.state;
      if (model.final.get(each) === "superseded" && known !== "superseded") model.final.delete(each);
    }
  });

/** Some presses in the same moment, each of them delivered as often as Slack likes. */
const press = (at: number, presses: readonly (readonly [user: string, answer: "approve" | "deny"])[]): Step =>
  step(`press ${at} ${JSON.stringify(presses)}`, async (model, world) => {
    const { decision, planDigest } = offers[at]!;
    const results = await Promise.all(
      presses.map(([user, answer]) =>
        world.decide({ ...aClick({ answer, digestPrefix: planDigest.slice(0, 16) }), decision, user, reason: null }),
      ),
    );
    const decided = results.filter(({ kind }) => kind === "decided");
    const allowed = presses.filter(([user, answer]) => approvers.has(user) && !(answer === "approve" && model.frozen));
    const open = isPending(model, at) && model.seconds < expiryOf(at) && allowed.length > 0;
    expect(decided).toHaveLength(open ? 1 : 0);
    const state = world.store.records.get(decision)?.state;
    if (!open || state === undefined) return;
    expect(allowed.map(([, answer]) => (answer === "approve" ? "approved" : "denied"))).toContain(state);
    model.final.set(at, state);
  });

const commands = [
  fc.constantFrom(0, 1).map(offer),
  fc
    .tuple(
      fc.constantFrom(0, 1),
      fc.array(fc.tuple(fc.constantFrom("U0LI", "U0JO", "U0ANA", "U0EVE"), fc.constantFrom("approve", "deny")), {
        minLength: 1,
        maxLength: 4,
      }),
    )
    .map(([at, presses]) => press(at, presses)),
  fc.constantFrom(1, 600, 1_799).map((seconds) =>
    step(`wait ${seconds} s`, (model, world) => {
      model.seconds += seconds;
      world.seconds += seconds;
      return Promise.resolve();
    }),
  ),
  fc.constantFrom(0, 1).map((at) =>
    step(`due ${at}`, async (model, world) => {
      // The queue's clock may run ahead of the bot's: whoever is told that the time is over, ends it.
      await world.expire(offers[at].decision, "expired").catch(() => undefined);
      if (isPending(model, at)) model.final.set(at, "expired");
    }),
  ),
  fc.boolean().map((frozen) =>
    step(frozen ? "freeze" : "unfreeze", (model, world) => {
      model.frozen = frozen;
      world.frozen = frozen;
      return Promise.resolve();
    }),
  ),
  fc.boolean().map((crashes) =>
    step(crashes ? "begin to die after each verdict" : "live", (_model, world) => {
      world.crashes = crashes;
      return Promise.resolve();
    }),
  ),
  fc.constant(
    step("sweep", async (model, world) => {
      for (const record of world.store.records.values()) await world.follow(record);
      // Everything that was approved runs, and runs once.
      const approved = [...model.final.values()].filter((state) => state === "approved").length;
      expect(world.said.executions.size).toBe(approved);
    }),
  ),
];

it("a plan is executed at most once, only where an approver said so in time, and what is final stays", async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { size: "+1" }), (steps) =>
      fc.asyncModelRun(
        () => ({
          model: { seconds: 0, frozen: false, offered: new Set<number>(), final: new Map<number, string>() },
          real: new World(),
        }),
        steps,
      ),
    ),
    { numRuns: 400 },
  );
}, 60_000);
