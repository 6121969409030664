import { testRefusals } from "./refusal";
import { surface } from "./rows/deletions";

testRefusals(surface);
