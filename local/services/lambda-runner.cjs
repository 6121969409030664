/**
 * Runs a Lambda function's code in a process of its own, as Lambda's Node runtime does: the handler is loaded
 * once and called for each event that comes over the process's channel.
 */
const path = require("node:path");

const [, , folder, handler] = process.argv;
const [file, name] = handler.split(".");
const load = (() => {
  try {
    const loaded = require(path.join(folder, file))[name];
    if (typeof loaded === "function") return { call: loaded };
    return { error: `${handler} is undefined or not exported` };
  } catch (error) {
    return { error: String(error) };
  }
})();

process.on("message", async ({ id, event, context, deadline }) => {
  try {
    if (!load.call) throw Object.assign(new Error(load.error), { name: "Runtime.ImportModuleError" });
    const payload = await load.call(event, { ...context, getRemainingTimeInMillis: () => deadline - Date.now() });
    process.send({ id, payload: payload === undefined ? null : payload });
  } catch (error) {
    process.send({
      id,
      functionError: "Unhandled",
      payload: { errorType: error?.name ?? "Error", errorMessage: error?.message ?? String(error) },
    });
  }
});
