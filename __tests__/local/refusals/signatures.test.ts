import { testRefusals } from "./refusal";
import { surface } from "./rows/signatures";

testRefusals(surface);
