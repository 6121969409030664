import { mapOf, text } from "../check";

/** TagsMap of the API model. */
export const tags = mapOf(text(/[a-zA-Z0-9\s._:/=+@-]*/, 1, 128), text(/[a-zA-Z0-9\s._:/=+@-]*/, 0, 256), 0, 50);
