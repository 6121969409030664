import { testRefusals } from "./refusal";
import { surface } from "./rows/engines";

testRefusals(surface);
