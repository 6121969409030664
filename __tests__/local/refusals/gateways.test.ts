import { testRefusals } from "./refusal";
import { surface } from "./rows/gateways";

testRefusals(surface);
