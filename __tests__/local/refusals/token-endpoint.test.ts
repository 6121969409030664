import { testRefusals } from "./refusal";
import { surface } from "./rows/token-endpoint";

testRefusals(surface);
