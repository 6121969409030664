import { z } from "zod";
import { oneOf, text } from "../check";
import { tags } from "./tags";

const LATTICE =
  /((rcfg-[0-9a-z]{17})|(arn:[a-z0-9-]+:vpc-lattice:[a-zA-Z0-9-]+:\d{12}:resourceconfiguration\/rcfg-[0-9a-z]{17}))/;

/** The API's PrivateEndpoint: how a service is reached within a VPC. Nothing is reached that way here. */
export const privateEndpoint = oneOf({
  selfManagedLatticeResource: oneOf({ resourceConfigurationIdentifier: text(LATTICE, 20, 2048) }),
  managedVpcResource: z.object({
    vpcIdentifier: text(/vpc-(([0-9a-z]{8})|([0-9a-z]{17}))/),
    subnetIds: z.array(text(/subnet-[0-9a-zA-Z]{8,17}/)),
    endpointIpAddressType: z.enum(["IPV4", "IPV6"]),
    securityGroupIds: z
      .array(text(/sg-(([0-9a-z]{8})|([0-9a-z]{17}))/))
      .max(5)
      .optional(),
    tags: tags.optional(),
    routingDomain: text(undefined, 3, 255).optional(),
  }),
});

export const privateEndpointOverrides = z.array(z.object({ domain: text(undefined, 1, 253), privateEndpoint })).max(5);
