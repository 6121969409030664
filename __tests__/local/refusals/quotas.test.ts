import { testRefusals } from "./refusal";
import { surface } from "./rows/quotas";

testRefusals(surface);
