import { testRefusals } from "./refusal";
import { surface } from "./rows/policies";

testRefusals(surface);
