import { testRefusals } from "./refusal";
import { surface } from "./rows/parameters";

testRefusals(surface);
