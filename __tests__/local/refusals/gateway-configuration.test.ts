import { testRefusals } from "./refusal";
import { surface } from "./rows/gateway-configuration";

testRefusals(surface);
