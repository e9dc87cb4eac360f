/** The page docs/spec/evaluation.md around the tables of the last run. */
export function renderPage(evaluation: string): string {
  return `# Evaluation of the diagnosis

<!-- Written by \`npm run eval -- --write\`; do not edit. -->

\`\`\`console
$ npm run eval
$ npm run eval -- storage crash/redis-wrong-password    # families and cases by name
\`\`\`

A case is a [snapshot](snapshot.md) with a \`case.json\` beside it, in \`test/eval/cases/FAMILY/NAME\`: what the snapshot shows in truth, written from what was broken and never from what the rules said. It is \`recorded\` from a real API server, scheduler, kubelet and container runtime, or \`built\` where those cannot be brought to fail so, with the reason. Rules are written with a look at the cases that are \`tuned\`, never at those that are held out.

| judged as | when |
|---|---|
| right | the status is \`failing\`, and the first verdict is an acceptable cause at the object that a person would repair; of a case that only warrants a warning, the warning is listed first; of a healthy case, the status is \`healthy\` |
| symptom only | what fails is named, without its cause |
| wrong | another cause is given as the root, or one that the case excludes is given at all |
| silent | nothing is said of what fails |
| false alarm | a healthy case is not called healthy |

Each failing case is diagnosed again with evidence taken away (no other cause may then be confirmed), beside fifty healthy workloads with five hundred old warnings (the answer stays the same), and with rights that do not reach Events, Nodes, ReplicaSets and ConfigMaps (no other cause is confirmed, and nothing is called healthy without naming what was not read).

## Last run

${evaluation}
## Adding a case

- From a cluster: add a scenario to \`test/eval/record/scenarios\` (objects, what breaks them, what to wait for, the truth) and run \`KUBECONFIG=… npm run eval:record -- NAME\`. Recording a name again overwrites it.
- From an incident: \`kubeclaw snapshot --namespace NS --out test/eval/cases/FAMILY/NAME\`, take out what is not needed, and write \`case.json\`.
- What no cluster can be brought to: add it to \`test/eval/record/built\`, with the reason, and run the same command.

\`\`\`json
{"title":"The image's tag does not exist","origin":{"kind":"recorded"},"split":"held-out",
 "scope":{"namespace":"shop","object":"Deployment/checkout"},
 "expect":{"status":"failing","causes":[{"causeId":"image-not-found","object":"Deployment/checkout"}],"confirmed":true}}
\`\`\`

\`expect\` may name \`suffers\` (what shows the failure, where that is not what is to be repaired) and \`never\` (causes that may not be given); its \`status\` may be \`failing\`, \`warning\` (to be listed, nothing suffers yet) or \`healthy\`.
`;
}
