import { testRefusals } from "./refusal";
import { surface } from "./rows/transitions";

testRefusals(surface);
