import { testRefusals } from "./refusal";
import { surface } from "./rows/targets";

testRefusals(surface);
