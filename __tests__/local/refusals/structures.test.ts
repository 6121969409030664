import { testRefusals } from "./refusal";
import { surface } from "./rows/structures";

testRefusals(surface);
