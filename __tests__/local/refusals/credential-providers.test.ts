import { testRefusals } from "./refusal";
import { surface } from "./rows/credential-providers";

testRefusals(surface);
