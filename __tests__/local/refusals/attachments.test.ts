import { testRefusals } from "./refusal";
import { surface } from "./rows/attachments";

testRefusals(surface);
