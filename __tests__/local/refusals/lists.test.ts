import { testRefusals } from "./refusal";
import { surface } from "./rows/lists";

testRefusals(surface);
