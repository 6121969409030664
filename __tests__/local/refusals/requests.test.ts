import { testRefusals } from "./refusal";
import { surface } from "./rows/requests";

testRefusals(surface);
