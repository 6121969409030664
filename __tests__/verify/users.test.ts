import { namedUsers, shorten, usersToAsk } from "../../verify/users";

const FINANCE = { department: "finance", role: "analyst" };
const ENGINEERING = { department: "engineering", role: "developer" };

describe("whom verify asks for", () => {
  test("one user of each group, everyone with a label, and one whom the directory cannot know", () => {
    const users = {
      "finance-1": FINANCE,
      "finance-2": FINANCE,
      "finance-3": { ...FINANCE, label: "auditor" },
      "engineering-1": ENGINEERING,
    };

    const asked = usersToAsk({ users, defaultGroup: "guest" });

    expect(asked.slice(0, -1)).toEqual([
      { id: "finance-1" },
      { id: "finance-3", label: "auditor" },
      { id: "engineering-1" },
    ]);
    expect(asked.at(-1)?.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("the users who are named, by the labels that the settings give them", () => {
    const claims = { users: { a: { ...FINANCE, label: "auditor" } }, defaultGroup: "none" } as const;
    expect(namedUsers(["a", "constructor"], claims)).toEqual([{ id: "a", label: "auditor" }, { id: "constructor" }]);
  });

  test.each(["5f0c2b1e-7a64-4d0f-9a51-3c2f6e8b7d10", "short-id", "me"])("never shows %s in full", (id) => {
    expect(shorten(id).length).toBeLessThan(Math.max(id.length, 4));
    expect(shorten(id)).not.toBe(id);
  });
});
