import { CloudwatchLogDelivery } from "@cdktf/provider-aws/lib/cloudwatch-log-delivery";
import { CloudwatchLogDeliveryDestination } from "@cdktf/provider-aws/lib/cloudwatch-log-delivery-destination";
import { CloudwatchLogDeliverySource } from "@cdktf/provider-aws/lib/cloudwatch-log-delivery-source";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Names } from "../../settings/names";

export interface GatewayTracingProps {
  readonly names: Names;
  readonly gatewayArn: string;
  readonly dependsOn: ITerraformDependable[];
}

/** The gateway's traces, each policy decision among them, delivered to X-Ray. */
export class GatewayTracing extends Construct {
  constructor(scope: Construct, id: string, { names, gatewayArn, dependsOn }: GatewayTracingProps) {
    super(scope, id);
    const source = new CloudwatchLogDeliverySource(this, "source", {
      name: names.tracesSource,
      logType: "TRACES",
      resourceArn: gatewayArn,
      dependsOn,
    });
    const destination = new CloudwatchLogDeliveryDestination(this, "destination", {
      name: names.tracesDestination,
      deliveryDestinationType: "XRAY",
      dependsOn,
    });
    new CloudwatchLogDelivery(this, "delivery", {
      deliverySourceName: source.name,
      deliveryDestinationArn: destination.arn,
    });
  }
}
