import { testRefusals } from "./refusal";
import { surface } from "./rows/tags";

testRefusals(surface);
