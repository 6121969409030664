import type { LatencyName } from "../local/core/latency";
import type { Benchmark } from "./benchmark";
import { Deployment } from "./deployed/deployment";
import { timed } from "./statistics";

export const deployment: Benchmark = {
  name: "deployment",
  title: "Deploying and destroying the whole chain with Terraform, against the same without latency",
  run: async ({ quick, log }) => {
    log.step("without latency");
    const floor = await measure("none");
    if (!quick) log.step("with AWS's latencies");
    const aws = quick ? floor : await measure("aws");
    const figure = (what: string, value: number, reference: number) =>
      ({ what, value, unit: "ms", reference: { what: "without latency", value: reference } }) as const;
    return {
      figures: [
        figure("first deployment, both stacks", aws.apply, floor.apply),
        figure("a deployment that changes nothing", aws.again, floor.again),
        figure("destroying both stacks", aws.destroy, floor.destroy),
      ],
      wrong: [],
    };
  },
};

async function measure(latency: LatencyName) {
  const deployed = await Deployment.create(latency);
  try {
    await deployed.init();
    const { ms: apply } = await timed(() => deployed.apply());
    const { ms: again } = await timed(() => deployed.apply());
    const { ms: destroy } = await timed(() => deployed.destroy());
    return { apply, again, destroy };
  } finally {
    await deployed.close();
  }
}
