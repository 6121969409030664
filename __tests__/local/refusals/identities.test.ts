import { testRefusals } from "./refusal";
import { surface } from "./rows/identities";

testRefusals(surface);
