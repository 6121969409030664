/** A script for a POSIX shell that sets the environment, and takes out what would lead to an AWS elsewhere. */
export function shellScript(environment: Readonly<Record<string, string>>): string {
  const exports = Object.entries(environment).map(
    ([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`,
  );
  const others = "$(env | sed -nE 's/^((AWS|TF)_[A-Za-z0-9_]*|https?_proxy|all_proxy|ALL_PROXY|no_proxy)=.*/\\1/p')";
  return `unset ${others}\n${exports.join("")}`;
}
