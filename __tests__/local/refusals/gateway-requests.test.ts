import { KINDS } from "./machine-world";
import { testRefusals } from "./refusal";
import { gatewaySurface } from "./rows/gateway-requests";

/** The table has these rows once; they hold whatever the policy engine does at that moment. */
for (const kind of KINDS) testRefusals(gatewaySurface(kind));
